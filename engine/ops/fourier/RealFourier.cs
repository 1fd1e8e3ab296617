using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// The transform of real numbers x [..., n] or, over two axes, [..., m, n]: complex [..., n/2 + 1, 2], since the others are conjugates. With <see cref="IsDoubled"/>, numbers that stand for
/// two count twice, which makes it the transpose of the inverse transform to real numbers.
/// </summary>
/// <param name="Axes">1 or 2.</param>
/// <param name="IsDoubled">Whether numbers that stand for two, all but those at 0 and n/2 of the last axis, count twice.</param>
/// <param name="Scale">Factor of the results.</param>
public sealed record RealFourier(int Axes, bool IsDoubled, double Scale) : FloatOp
{
    public override string Name => "real_fourier";

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor x = inputs[0];
        Require.Float(Name, x);
        Require.MinimumRank(Name, "the input", x, Axes);
        for (int axis = x.Rank - Axes; axis < x.Rank; axis++) FourierChecks.NotEmpty(Name, x, axis);
        return new Signature([.. x.Shape[..^1], (x.Shape[-1] / 2) + 1, 2], x.DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        if (x.Count == 0) return;
        FourierShape<T> shape = Shape<T>(x);
        fixed (T* source = &x.First<T>(), target = &outputs[0].First<T>())
        {
            if (Axes == 2) FourierKernel.Planes(shape, source, target, x.Shape.CountOf(..^2));
            else FourierKernel.Lines(shape, source, target, x.Shape.CountOf(..^1));
        }
    }

    FourierShape<T> Shape<T>(Tensor x) where T : unmanaged, IFloatingPointIeee754<T> => new()
    {
        Length = x.Shape[-1],
        Height = Axes == 2 ? x.Shape[-2] : 0,
        Kind = FourierKind.FromReal,
        Middle = IsDoubled ? 2 : 1,
        Scale = Scale,
    };

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        if (x.Count == 0) return;
        FourierShape<double> shape = Shape<double>(x);
        int lines = x.Shape.CountOf(..^1);
        if (Axes == 1)
        {
            FourierLaunch.Rows(queue, x.DType, shape, x.DeviceAddress, y.DeviceAddress, lines);
            return;
        }

        ulong between = queue.Scratch((long)y.Count * y.DType.Size());
        FourierLaunch.Rows(queue, x.DType, shape with { Scale = 1 }, x.DeviceAddress, between, lines);
        FourierLaunch.Columns(queue, x.DType, shape.Height, false, Scale, between, y.DeviceAddress, lines / shape.Height, shape.Half);
    }

    public override void Vjp(VjpRule rule) =>
        rule.Give(0, Dispatch.Run(new InverseRealFourier(rule.InputShape(0)[-1], Axes, IsDoubled, Scale), rule.Cotangent.Contiguous()));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous());

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        FourierChecks.Flops(inputs[0].Count, inputs[0].Shape.CountOf(^Axes..)) / 2;
}
