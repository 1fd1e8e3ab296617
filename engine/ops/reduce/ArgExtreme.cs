using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Position of an extreme value along an axis of a dense tensor.</summary>
public abstract record ArgExtreme(int Axis, bool Largest) : NumberOp
{
    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        if (inputs[0].Shape[Axis] == 0) throw new ShapeException($"{Name}: axis {Axis} of {inputs[0].Shape} is empty. Check for empty input before.");
        return new Signature(inputs[0].Shape.Without(Axis), DType.I64);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        fixed (T* source = &x.First<T>())
        fixed (long* target = &y.First<long>())
            IndexKernel.ArgExtreme(source, target, x.Shape.CountOf(..Axis), x.Shape[Axis], x.Shape.CountOf((Axis + 1)..), Largest);
    }

    static readonly TypedKernels Kernels = new("index_arg_extreme"), Lines = new("index_arg_extreme_line");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        int outer = x.Shape.CountOf(..Axis), inner = x.Shape.CountOf((Axis + 1)..);
        KernelCall call = queue.HasWarps ? queue.Call(Kernels.Of(x.DType), 32L * outer * inner) : queue.Call(Lines.Of(x.DType), (long)outer * inner);
        call.Dense(x).Dense(outputs[0]).Value(outer).Value(x.Shape[Axis]).Value(inner).Value(Largest ? 1 : 0).Run();
    }
}
