using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A comparison with its name.</summary>
public interface INamedComparison : IComparison
{
    static abstract string Name { get; }
}

/// <summary>Comparison of two broadcast operands of any one dtype; a mask comes out, and no derivative flows.</summary>
public sealed record Comparison<TOp> : Op, IPointwiseOp where TOp : unmanaged, INamedComparison
{
    public override string Name => TOp.Name;

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.SameType(Name, inputs[0], inputs[1]);
        return new Signature(Shape.Broadcast(Name, inputs[0].Shape, inputs[1].Shape), DType.Bool);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (inputs[0].DType)
        {
            case DType.F32: Run<float>(inputs[0], inputs[1], outputs[0]); break;
            case DType.F64: Run<double>(inputs[0], inputs[1], outputs[0]); break;
            case DType.I32: Run<int>(inputs[0], inputs[1], outputs[0]); break;
            case DType.I64: Run<long>(inputs[0], inputs[1], outputs[0]); break;
            default: Run<byte>(inputs[0], inputs[1], outputs[0]); break;
        }
    }

    (ChainStepKind Kind, Type? Operator) IPointwiseOp.ChainStep => (ChainStepKind.Compare, typeof(TOp));

    KernelCall IPointwiseOp.AddOperator(KernelCall call) => call.Value(default(TOp));

    static readonly TypedKernels Kernels = new("strided_compare", [typeof(TOp)]);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = inputs[1], z = outputs[0];
        queue.Call(Kernels.Of(x.DType), z.Count).Whole(x).Whole(y).Whole(z).Value(z.Count).Value(Nests.Of(z, x, y)).Value(default(TOp)).Run();
    }

    TileStep IPointwiseOp.Step(ReadOnlySpan<Tensor> inputs) => inputs[0].DType switch
    {
        DType.F32 => new CompareStep<TOp, float>(default),
        DType.F64 => new CompareStep<TOp, double>(default),
        DType.I32 => new CompareStep<TOp, int>(default),
        DType.I64 => new CompareStep<TOp, long>(default),
        _ => new CompareStep<TOp, byte>(default),
    };

    static unsafe void Run<T>(Tensor x, Tensor y, Tensor z) where T : unmanaged, INumber<T>
    {
        Span<int> xStrides = stackalloc int[z.Rank], yStrides = stackalloc int[z.Rank];
        Require.Broadcast(x, z.Shape, xStrides);
        Require.Broadcast(y, z.Shape, yStrides);
        fixed (T* left = &x.First<T>(), right = &y.First<T>())
        fixed (bool* target = &z.First<bool>())
            SelectKernel.Compare(default(TOp), LoopNest.Create(z.Shape.Sizes, xStrides, yStrides, z.Layout.Strides), left, right, target);
    }
}
