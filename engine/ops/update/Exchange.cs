using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Exchanges the contents of two dense buffers of the same shape and dtype, both rewritten.</summary>
public sealed record Exchange(Shape Shape, DType DType) : Op
{
    public override string Name => "exchange";

    public override int OutputCount => 2;

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) =>
        DType.IsFloat() ? new(Shape, DType) : throw new DTypeException($"{Name}: takes f32 or f64, not {DType.Name()}. Convert with To(DType.F32).");

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (DType == DType.F32) Swap(outputs[0].Span<float>(), outputs[1].Span<float>());
        else Swap(outputs[0].Span<double>(), outputs[1].Span<double>());
    }

    static void Swap<T>(Span<T> x, Span<T> y) where T : unmanaged
    {
        Span<T> buffer = stackalloc T[256];
        for (int i = 0; i < x.Length; i += buffer.Length)
        {
            int length = Math.Min(buffer.Length, x.Length - i);
            Span<T> part = x.Slice(i, length), other = y.Slice(i, length), kept = buffer[..length];
            part.CopyTo(kept);
            other.CopyTo(part);
            kept.CopyTo(other);
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = outputs[0], y = outputs[1];
        long bytes = (long)x.Count * DType.Size();
        ulong kept = queue.Scratch(Math.Max(1, bytes));
        Move(x.DeviceAddress, kept);
        Move(y.DeviceAddress, x.DeviceAddress);
        Move(kept, y.DeviceAddress);

        void Move(ulong from, ulong to)
        {
            Nest nest = Nest.From(LoopNest.Dense(x.Count));
            queue.Call(WordKernels.Copy.Of(DType), x.Count).View(from, x.Count).View(to, x.Count).Value(x.Count).Value(nest).Run();
        }
    }
}
