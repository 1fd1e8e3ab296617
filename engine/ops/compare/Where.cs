using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Chooses between two operands by a mask; all three broadcast.</summary>
public sealed record Where : MoveOp, IPointwiseOp
{
    public override string Name => "where";

    public override Saves Saves => Saves.First;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Type(Name, "the mask", inputs[0], DType.Bool);
        Require.SameType(Name, inputs[1], inputs[2]);
        Shape chosen = Shape.Broadcast(Name, inputs[1].Shape, inputs[2].Shape);
        return new Signature(Shape.Broadcast(Name, inputs[0].Shape, chosen), inputs[1].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor z = outputs[0];
        Span<int> maskStrides = stackalloc int[z.Rank], xStrides = stackalloc int[z.Rank], yStrides = stackalloc int[z.Rank];
        Require.Broadcast(inputs[0], z.Shape, maskStrides);
        Require.Broadcast(inputs[1], z.Shape, xStrides);
        Require.Broadcast(inputs[2], z.Shape, yStrides);
        LoopNest nest = LoopNest.Create(z.Shape.Sizes, maskStrides, xStrides, yStrides, z.Layout.Strides);
        fixed (bool* mask = &inputs[0].First<bool>())
        fixed (T* x = &inputs[1].First<T>(), y = &inputs[2].First<T>(), target = &z.First<T>())
            SelectKernel.Where(nest, mask, x, y, target);
    }

    (ChainStepKind Kind, Type? Operator) IPointwiseOp.ChainStep => (ChainStepKind.Where, null);

    static readonly WordKernels Kernels = new("strided_where");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor mask = inputs[0], x = inputs[1], y = inputs[2], z = outputs[0];
        queue.Call(Kernels.Of(z.DType), z.Count).Whole(mask).Whole(x).Whole(y).Whole(z).Value(z.Count).Value(Nests.Of(z, mask, x, y)).Run();
    }

    TileStep IPointwiseOp.Step(ReadOnlySpan<Tensor> inputs) => inputs[1].DType.Size() switch
    {
        4 => new WhereStep<int>(),
        8 => new WhereStep<long>(),
        _ => new WhereStep<byte>(),
    };

    public override void Vjp(VjpRule rule)
    {
        Tensor zero = Tensor.Zeros(Shape.Scalar, rule.Cotangent.DType, rule.Cotangent.Device);
        if (rule.Needs(1)) rule.Give(1, TensorMath.Where(rule.X, rule.Cotangent, zero).SumTo(rule.InputShape(1)));
        if (rule.Needs(2)) rule.Give(2, TensorMath.Where(rule.X, zero, rule.Cotangent).SumTo(rule.InputShape(2)));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor any = rule.Tangent(1) ?? rule.Tangent(2)!;
        Tensor zero = Tensor.Zeros(Shape.Scalar, any.DType, any.Device);
        return TensorMath.Where(rule.X, rule.Tangent(1) ?? zero, rule.Tangent(2) ?? zero).Expand(rule.OutputShape());
    }
}

public static partial class TensorMath
{
    /// <summary>x where the mask is true, y elsewhere; all three broadcast.</summary>
    /// <exception cref="DTypeException">The mask is not bool, or x and y differ in dtype.</exception>
    public static Tensor Where(Tensor mask, Tensor x, Tensor y) => Dispatch.Run(new Where(), mask, x, y);
}
