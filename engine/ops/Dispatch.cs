using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Adjoint;

/// <summary>The one way by which every op runs: infer, allocate, compute, record.</summary>
static class Dispatch
{
    /// <summary>Runs an op of one output on tensors that share a device.</summary>
    public static Tensor Run(Op op, params ReadOnlySpan<Tensor> inputs)
    {
        Device device = CommonDevice(op, inputs);
        Signature signature = op.Infer(inputs, 0);
        Tensor output = Tensor.Allocate(signature.Shape, signature.DType, device);
        Execute(op, inputs, new ReadOnlySpan<Tensor>(in output));
        Tape.Record(op, inputs, new ReadOnlySpan<Tensor>(in output));
        return output;
    }

    /// <summary>Runs an op of several outputs.</summary>
    public static Tensor[] RunMany(Op op, params ReadOnlySpan<Tensor> inputs)
    {
        Device device = CommonDevice(op, inputs);
        var outputs = new Tensor[op.OutputCount];
        for (int i = 0; i < outputs.Length; i++)
        {
            Signature signature = op.Infer(inputs, i);
            outputs[i] = Tensor.Allocate(signature.Shape, signature.DType, device);
        }

        Execute(op, inputs, outputs);
        Tape.Record(op, inputs, outputs);
        return outputs;
    }

    /// <summary>Runs an op without inputs.</summary>
    public static Tensor Create(Op op, Device device)
    {
        Signature signature = op.Infer([], 0);
        Tensor output = Tensor.Allocate(signature.Shape, signature.DType, device);
        Execute(op, [], new ReadOnlySpan<Tensor>(in output));
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
        CommonDevice(op, [.. inputs, .. outputs]);
        op.Infer(inputs, 0);
        foreach (Tensor output in outputs) output.Storage.Version++;
        Execute(op, inputs, outputs, fresh: false);
    }

    static void Execute(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, bool fresh = true)
    {
        Backends.Of(outputs[0].Device).Run(op, inputs, outputs);
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
}
