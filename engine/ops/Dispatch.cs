using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Adjoint;

/// <summary>The one way by which every op runs: infer, allocate, compute, record.</summary>
static class Dispatch
{
    /// <summary>Runs an op of one output on tensors that share a device.</summary>
    public static Tensor Run(Op op, params ReadOnlySpan<Tensor> inputs)
    {
        IBackend backend = Backends.Of(CommonDevice(op, inputs));
        Tensor output = Tensor.Allocate(op.Infer(inputs, 0), backend);
        var outputs = new ReadOnlySpan<Tensor>(in output);
        Execute(backend, op, inputs, outputs);
        Tape.Record(op, inputs, outputs);
        return output;
    }

    /// <summary>Runs a pointwise op without settings.</summary>
    public static Tensor Unary<TOp>(Tensor x) where TOp : unmanaged, IUnary => Run(UnaryOf<TOp>.Op, new ReadOnlySpan<Tensor>(in x));

    /// <inheritdoc cref="Unary{TOp}(Tensor)"/>
    public static Tensor Binary<TOp>(Tensor x, Tensor y) where TOp : unmanaged, IBinary => Run(BinaryOf<TOp>.Op, x, y);

    /// <summary>Runs an op of several outputs.</summary>
    public static Tensor[] RunMany(Op op, params ReadOnlySpan<Tensor> inputs)
    {
        IBackend backend = Backends.Of(CommonDevice(op, inputs));
        var outputs = new Tensor[op.OutputCount];
        for (int i = 0; i < outputs.Length; i++) outputs[i] = Tensor.Allocate(op.Infer(inputs, i), backend);
        Execute(backend, op, inputs, outputs);
        Tape.Record(op, inputs, outputs);
        return outputs;
    }

    /// <summary>Runs an op without inputs.</summary>
    public static Tensor Create(Op op, Device device)
    {
        IBackend backend = Backends.Of(device);
        Tensor output = Tensor.Allocate(op.Infer([], 0), backend);
        Execute(backend, op, [], new ReadOnlySpan<Tensor>(in output));
        return output;
    }

    /// <summary>Copies to another device.</summary>
    public static Tensor Transfer(Transfer op, Tensor input)
    {
        Tensor output = Tensor.Allocate(op.Infer(new ReadOnlySpan<Tensor>(in input), 0), Backends.Of(op.Target));
        ReadOnlySpan<Tensor> inputs = new(in input), outputs = new(in output);
        op.Run(inputs, outputs);
        Listen(op, inputs, outputs, fresh: true);
        Tape.Record(op, inputs, outputs);
        return output;
    }

    /// <summary>Makes a view: no kernel runs.</summary>
    public static Tensor View(ViewOp op, Tensor input)
    {
        Tensor output = input.Alias(op.View(input.Layout));
        Tape.Record(op, new ReadOnlySpan<Tensor>(in input), new ReadOnlySpan<Tensor>(in output));
        return output;
    }

    /// <summary>Runs an op that writes into existing tensors: updates of parameters and of state. Derivatives do not flow through it.</summary>
    public static void RunInto(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        IBackend backend = Backends.Of(CommonDevice(op, [.. inputs, .. outputs]));
        op.Infer(inputs, 0);
        foreach (Tensor output in outputs) output.Storage.Version++;
        Execute(backend, op, inputs, outputs, fresh: false);
    }

    static void Execute(IBackend backend, Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, bool fresh = true)
    {
        backend.Run(op, inputs, outputs);
        Listen(op, inputs, outputs, fresh);
    }

    static void Listen(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, bool fresh)
    {
        Recorder.Current?.Add(op, inputs, outputs, fresh);
        if (Settings.DebugLevel > 0) DebugTrace.Op(op, inputs, outputs);
    }

    static Device CommonDevice(Op op, ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.IsEmpty) return Device.Cpu;
        Device device = inputs[0].Device;
        for (int i = 1; i < inputs.Length; i++)
        {
            if (inputs[i].Device != device) ThrowMixedDevices(op, inputs[0], inputs[i]);
        }

        return device;
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void ThrowMixedDevices(Op op, Tensor first, Tensor other) =>
        throw new DeviceException($"{op.Name}: operands are on {first.Device} and on {other.Device}. Copy one with To(device).");

    // Ops are values without state, so one object serves every call.
    static class UnaryOf<TOp> where TOp : unmanaged, IUnary
    {
        public static readonly Unary<TOp> Op = new(default);
    }

    static class BinaryOf<TOp> where TOp : unmanaged, IBinary
    {
        public static readonly Binary<TOp> Op = new(default);
    }
}
