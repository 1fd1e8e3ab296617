namespace Adjoint;

/// <summary>A dense copy on another device. The host waits for it.</summary>
public sealed record Transfer(Device From, Device Target) : Op
{
    public override string Name => "transfer";

    public override Saves Saves => Saves.Nothing;

    public override bool NeedsKernels => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(inputs[0].Shape, inputs[0].DType);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        if (y.Storage is HostStorage) Backends.Of(x.Device).Read(x, Bytes(y));
        else if (x.Storage is HostStorage) Backends.Of(y.Device).Write(y, Bytes(x));
        else
        {
            var bytes = new byte[x.Count * x.DType.Size()];
            Backends.Of(x.Device).Read(x, bytes);
            Backends.Of(y.Device).Write(y, bytes);
        }
    }

    // A dense host tensor's elements.
    static Span<byte> Bytes(Tensor tensor) =>
        ((HostStorage)tensor.Storage).Span<byte>().Slice(tensor.Layout.Offset * tensor.DType.Size(), tensor.Count * tensor.DType.Size());

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => throw new NotSupportedException();

    internal override PlannedCall PrepareOn(IBackend backend, Tensor[] inputs, Tensor[] outputs) => new UnpreparedCall(this, inputs, outputs);

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent.To(From));

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0)!.To(Target);
}

public static partial class TensorMath
{
    /// <summary>The same numbers on another device; x itself if it is there. Inside a recorded step every replay copies again.</summary>
    /// <exception cref="DeviceException">No back end serves the device.</exception>
    public static Tensor To(this Tensor x, Device device)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Device == device ? x : Dispatch.Transfer(new Transfer(x.Device, device), x.Contiguous());
    }
}
