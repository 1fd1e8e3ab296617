namespace Adjoint;

/// <summary>What a device must offer. The engine knows nothing else of it.</summary>
public interface IBackend
{
    /// <summary>The device served.</summary>
    Device Device { get; }

    /// <summary>One line for <c>adjoint devices</c>: name, processors, memory.</summary>
    string Description { get; }

    /// <summary>Memory for a tensor, of undefined content, in the current step if there is one.</summary>
    Storage Allocate(int bytes);

    /// <summary>Runs an op whose output tensors exist already.</summary>
    void Run(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs);

    /// <summary>The op on tensors of a plan, whose memory is fixed, ready to run many times.</summary>
    PlannedCall Prepare(Op op, Tensor[] inputs, Tensor[] outputs);

    /// <summary>Copies a contiguous tensor to the host.</summary>
    void Read(Tensor source, Span<byte> target);

    /// <summary>Copies host bytes into a contiguous tensor.</summary>
    void Write(Tensor target, ReadOnlySpan<byte> source);
}
