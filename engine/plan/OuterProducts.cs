using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Products of a column and a row become pointwise ops, so that what reads them can be chained to them: the gradient of a layer with one output, as of sixteen heads on one
/// trunk, need not be written out once a head.
/// </summary>
static class OuterProducts
{
    public static void Rewrite(Draft draft) => draft.Instructions = draft.Instructions.ConvertAll(static one =>
        one.Op is MatMul && one.Inputs[0].Shape[-1] == 1 && Backends.Of(one.Outputs[0].Device).RunsChains ? one with { Op = new OuterProduct() } : one);
}

/// <summary>The product of a matrix of one column and one of one row as a plan runs it: each element is one product, rounded as <see cref="MatMul"/> rounds it.</summary>
sealed record OuterProduct : PlanOp, IPointwiseOp
{
    public override string Name => "outer";

    TileStep IPointwiseOp.Step(ReadOnlySpan<Tensor> inputs) =>
        inputs[0].DType == DType.F32 ? new BinaryStep<Product, float>(default) : new BinaryStep<Product, double>(default);

    (ChainStepKind Kind, Type? Operator) IPointwiseOp.ChainStep => (ChainStepKind.Binary, typeof(Product));

    KernelCall IPointwiseOp.AddOperator(KernelCall call) => call.Value(default(Product));

    // A negative zero becomes zero when it is added to the empty sum.
    internal readonly struct Product : IBinaryOperator
    {
        public V Apply<V>(V x, V y) where V : struct, ILane<V> => V.MultiplyAdd(x, y, V.From(0));
    }
}
