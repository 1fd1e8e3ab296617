using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// y_k = scale · Σ_j x_j e^(∓2πi jk/n) along one axis of complex numbers, or along the last two: of x [..., 2], whose last axis holds real and imaginary part. The matrix is symmetric, so
/// that the transpose over real numbers is the transform of the other direction.
/// </summary>
/// <param name="Axis">The axis, or the first of two.</param>
/// <param name="Axes">1 or 2.</param>
/// <param name="IsInverse">Whether turns go e^(+2πi jk/n).</param>
/// <param name="Scale">Factor of the results.</param>
public sealed record ComplexFourier(int Axis, int Axes, bool IsInverse, double Scale) : FloatOp
{
    public override string Name => "fourier";

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        FourierChecks.Complex(Name, inputs[0], Axis + Axes);
        for (int axis = Axis; axis < Axis + Axes; axis++) FourierChecks.NotEmpty(Name, inputs[0], axis);
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        if (x.Count == 0) return;
        int inner = x.Shape.CountOf((Axis + 1)..^1), outer = x.Shape.CountOf(..Axis);
        FourierShape<T> shape = Shape<T>(x);
        fixed (T* source = &x.First<T>(), target = &outputs[0].First<T>())
        {
            if (Axes == 2) FourierKernel.Planes(shape, source, target, outer);
            else if (inner == 1) FourierKernel.Lines(shape, source, target, outer);
            else FourierKernel.Columns(shape, source, target, outer, inner);
        }
    }

    FourierShape<T> Shape<T>(Tensor x) where T : unmanaged, IFloatingPointIeee754<T> =>
        new() { Length = x.Shape[Axis + Axes - 1], Height = Axes == 2 ? x.Shape[Axis] : 0, IsInverse = IsInverse, Scale = Scale };

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        if (x.Count == 0) return;
        ulong source = x.DeviceAddress, target = outputs[0].DeviceAddress;
        int inner = x.Shape.CountOf((Axis + 1)..^1), outer = x.Shape.CountOf(..Axis);
        if (Axes == 1 && inner > 1)
        {
            FourierLaunch.Columns(queue, x.DType, x.Shape[Axis], IsInverse, Scale, source, target, outer, inner);
            return;
        }

        FourierShape<double> shape = Shape<double>(x);
        if (Axes == 1)
        {
            FourierLaunch.Rows(queue, x.DType, shape, source, target, outer);
            return;
        }

        ulong between = queue.Scratch((long)x.Count * x.DType.Size());
        FourierLaunch.Rows(queue, x.DType, shape with { Scale = 1 }, source, between, outer * shape.Height);
        FourierLaunch.Columns(queue, x.DType, shape.Height, IsInverse, Scale, between, target, outer, shape.Length);
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.Run(this with { IsInverse = !IsInverse }, rule.Cotangent.Contiguous()));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous());

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        FourierChecks.Flops(inputs[0].Count / 2, inputs[0].Shape.CountOf(Axis..(Axis + Axes)));
}
