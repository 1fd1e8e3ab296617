using System.Diagnostics;

namespace Adjoint;

/// <summary>What a device must offer. The engine knows nothing else of it.</summary>
public interface IBackend
{
    /// <summary>The device served.</summary>
    Device Device { get; }

    /// <summary>One line for <c>adjoint devices</c>: name, processors, memory.</summary>
    string Description { get; }

    /// <summary>Tensors of a plan start at multiples of this many bytes.</summary>
    int Alignment { get; }

    /// <summary>Whether a plan may join pointwise ops to chains, and an outer product with them.</summary>
    bool RunsChains { get; }

    /// <summary>Memory for a tensor, of undefined content, in the current step if there is one.</summary>
    Storage Allocate(int bytes);

    /// <summary>Memory for the temporaries of a plan, of undefined content, which never belongs to a step.</summary>
    Storage Reserve(int bytes);

    /// <summary>Runs an op whose output tensors exist already.</summary>
    void Run(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs);

    /// <summary>The op on tensors of a plan, whose memory is fixed, ready to run many times.</summary>
    PlannedCall Prepare(Op op, Tensor[] inputs, Tensor[] outputs);

    /// <summary>Prepared calls that follow each other as calls that do the same, perhaps as fewer.</summary>
    IReadOnlyList<PlannedCall> Join(IReadOnlyList<PlannedCall> calls);

    /// <summary>What the device does at best; measured when first asked for, which takes up to a second or so.</summary>
    RoofPeaks Peaks { get; }

    /// <summary>Runs prepared calls in order and takes the time of each, in seconds.</summary>
    void TimeEach(IReadOnlyList<PlannedCall> calls, Span<double> seconds) => TimeByClock(this, calls, seconds);

    /// <summary><see cref="TimeEach"/> by the host's clock, with a wait after each call.</summary>
    internal static void TimeByClock(IBackend backend, IReadOnlyList<PlannedCall> calls, Span<double> seconds)
    {
        ArgumentNullException.ThrowIfNull(calls);
        backend.Synchronize();
        for (int i = 0; i < calls.Count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            calls[i].Run();
            backend.Synchronize();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    /// <summary>Waits until all that was asked for is done.</summary>
    /// <exception cref="AdjointException">An op met an index that its axis does not have, or numbers that it has no result for.</exception>
    void Synchronize();

    /// <summary>Copies a contiguous tensor to the host.</summary>
    void Read(Tensor source, Span<byte> target);

    /// <summary>Copies host bytes into a contiguous tensor.</summary>
    void Write(Tensor target, ReadOnlySpan<byte> source);
}
