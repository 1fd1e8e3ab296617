using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Numbers of another dtype: floats to integers towards zero and saturating, anything to bool by "is not zero".</summary>
public sealed record Cast(DType Type) : Op, IPointwiseOp
{
    public override string Name => "cast";

    public override Saves Saves => Saves.Nothing;

    public override bool IsDifferentiable => Type.IsFloat();

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(inputs[0].Shape, Type);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (inputs[0].DType)
        {
            case DType.F32: From<float>(inputs[0], outputs[0]); break;
            case DType.F64: From<double>(inputs[0], outputs[0]); break;
            case DType.I32: From<int>(inputs[0], outputs[0]); break;
            case DType.I64: From<long>(inputs[0], outputs[0]); break;
            default: From<byte>(inputs[0], outputs[0]); break;
        }
    }

    static void From<TFrom>(Tensor x, Tensor y) where TFrom : unmanaged, INumber<TFrom>
    {
        switch (y.DType)
        {
            case DType.F32: Run<TFrom, float>(x, y); break;
            case DType.F64: Run<TFrom, double>(x, y); break;
            case DType.I32: Run<TFrom, int>(x, y); break;
            case DType.I64: Run<TFrom, long>(x, y); break;
            default: Run<TFrom, bool>(x, y); break;
        }
    }

    static unsafe void Run<TFrom, TTo>(Tensor x, Tensor y)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged
    {
        fixed (TFrom* source = &x.First<TFrom>())
        fixed (TTo* target = &y.First<TTo>())
            CopyKernel.Cast(LoopNest.Create(y.Shape.Sizes, x.Layout.Strides, y.Layout.Strides), source, target);
    }

    (ChainStepKind Kind, Type? Operator) IPointwiseOp.ChainStep => (ChainStepKind.Cast, null);

    static readonly TypedKernels[] Kernels =
    [
        new("strided_cast", [typeof(float)]), new("strided_cast", [typeof(double)]), new("strided_cast", [typeof(int)]), new("strided_cast", [typeof(long)]), new("strided_cast", [typeof(byte)]),
    ];

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        if (x.DType == Type) queue.Copy(x, x.Layout.Strides, y, y.Layout.Strides, 0, y.Shape.Sizes);
        else queue.Call(Kernels[(int)x.DType].Of(Type), y.Count).Whole(x).Whole(y).Value(y.Count).Value(Nests.Of(y, x)).Run();
    }

    TileStep IPointwiseOp.Step(ReadOnlySpan<Tensor> inputs) => inputs[0].DType switch
    {
        DType.F32 => StepFrom<float>(),
        DType.F64 => StepFrom<double>(),
        DType.I32 => StepFrom<int>(),
        DType.I64 => StepFrom<long>(),
        _ => StepFrom<byte>(),
    };

    TileStep StepFrom<TFrom>() where TFrom : unmanaged => Type switch
    {
        DType.F32 => new CastStep<TFrom, float>(),
        DType.F64 => new CastStep<TFrom, double>(),
        DType.I32 => new CastStep<TFrom, int>(),
        DType.I64 => new CastStep<TFrom, long>(),
        _ => new CastStep<TFrom, bool>(),
    };

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent.To(rule.InputType(0)));

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0)!.To(Type);
}

public static partial class TensorMath
{
    /// <summary>The same numbers as another dtype: towards zero and saturating to integers, "is not zero" to bool.</summary>
    public static Tensor To(this Tensor x, DType type) => x.DType == type ? x : Dispatch.Run(new Cast(type), x);
}
