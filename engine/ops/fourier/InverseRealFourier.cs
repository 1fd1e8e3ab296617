using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Real numbers [..., length] from the half of their transform, [..., length/2 + 1, 2], by turns e^(+2πi jk/n); imaginary parts that such a half cannot have are not looked at. Without
/// <see cref="IsDoubled"/>, numbers that stand for two count once, which makes it the transpose of <see cref="RealFourier"/>.
/// </summary>
/// <param name="Length">Real numbers of a line.</param>
/// <param name="Axes">1, or 2 for [..., m, length/2 + 1, 2].</param>
/// <param name="IsDoubled">Whether numbers that stand for two count twice, as in the inverse transform.</param>
/// <param name="Scale">Factor of the results.</param>
public sealed record InverseRealFourier(int Length, int Axes, bool IsDoubled, double Scale) : FloatOp
{
    public override string Name => "inverse_real_fourier";

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor x = inputs[0];
        FourierChecks.Complex(Name, x, Axes);
        int half = (Length / 2) + 1;
        if (Length < 1 || x.Shape[-2] != half)
            throw new ShapeException($"{Name}: a line of {Length} real numbers has {half} complex ones, the input {x.Shape} has {x.Shape[-2]}. Pass the length that the transform was taken of.");
        if (Axes == 2) FourierChecks.NotEmpty(Name, x, x.Rank - 3);
        return new Signature([.. x.Shape[..^2], Length], x.DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        if (x.Count == 0) return;
        FourierShape<T> shape = Shape<T>(x);
        fixed (T* source = &x.First<T>(), target = &outputs[0].First<T>())
        {
            if (Axes == 2) FourierKernel.Planes(shape, source, target, x.Shape.CountOf(..^3));
            else FourierKernel.Lines(shape, source, target, x.Shape.CountOf(..^2));
        }
    }

    FourierShape<T> Shape<T>(Tensor x) where T : unmanaged, IFloatingPointIeee754<T> => new()
    {
        Length = Length,
        Height = Axes == 2 ? x.Shape[-3] : 0,
        Kind = FourierKind.ToReal,
        IsInverse = true,
        Middle = IsDoubled ? 2 : 1,
        Scale = Scale,
    };

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        if (x.Count == 0) return;
        FourierShape<double> shape = Shape<double>(x);
        ulong source = x.DeviceAddress;
        int lines = x.Shape.CountOf(..^2);
        if (Axes == 2)
        {
            ulong between = queue.Scratch((long)x.Count * x.DType.Size());
            FourierLaunch.Columns(queue, x.DType, shape.Height, true, 1, source, between, lines / shape.Height, shape.Half);
            source = between;
        }

        FourierLaunch.Rows(queue, x.DType, shape, source, y.DeviceAddress, lines);
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.Run(new RealFourier(Axes, IsDoubled, Scale), rule.Cotangent.Contiguous()));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous());

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        FourierChecks.Flops(outputs[0].Count, outputs[0].Shape.CountOf(^Axes..)) / 2;
}
