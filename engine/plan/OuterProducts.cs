using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Products of a column and a row become pointwise ops, so that what reads them can be chained to them: the gradient of a layer with one output, as of sixteen heads on one
/// trunk, need not be written out once a head.
/// </summary>
static class OuterProducts
{
    public static void Rewrite(Draft draft) => draft.Instructions = draft.Instructions.ConvertAll(static one =>
        one.Op is MatMul && one.Inputs[0].Shape[-1] == 1 ? one with { Op = new Binary<OuterProduct>(default) } : one);

    /// <summary>x · y as a product of matrices rounds it: a negative zero becomes zero when it is added to the empty sum.</summary>
    readonly struct OuterProduct : IBinary
    {
        public static string Name => "outer";

        public V Apply<V>(V x, V y) where V : struct, ILane<V> => V.MultiplyAdd(x, y, V.From(0));

        public Tensor? Derive(Tensor t, int operand, Saved saved) => throw new NotSupportedException();
    }
}
