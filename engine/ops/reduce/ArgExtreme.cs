using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Position of an extreme value along an axis of a dense tensor.</summary>
public abstract record ArgExtreme(int Axis, bool Largest) : Op
{
    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        if (inputs[0].Shape[Axis] == 0) throw new ShapeException($"{Name}: axis {Axis} of {inputs[0].Shape} is empty. Check for empty input before.");
        return new Signature(inputs[0].Shape.Without(Axis), DType.I64);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (inputs[0].DType)
        {
            case DType.F32: Run<float>(inputs[0], outputs[0]); break;
            case DType.F64: Run<double>(inputs[0], outputs[0]); break;
            case DType.I32: Run<int>(inputs[0], outputs[0]); break;
            default: Run<long>(inputs[0], outputs[0]); break;
        }
    }

    unsafe void Run<T>(Tensor x, Tensor y) where T : unmanaged, INumber<T>
    {
        fixed (T* source = &x.First<T>())
        fixed (long* target = &y.First<long>())
            IndexKernel.ArgExtreme(source, target, x.Shape.CountOf(..Axis), x.Shape[Axis], x.Shape.CountOf((Axis + 1)..), Largest);
    }
}
