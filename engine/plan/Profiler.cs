using System.Diagnostics;

namespace Adjoint;

/// <summary>Runs the calls of a plan one by one with their times, and puts everything that outlives a run back as it was.</summary>
sealed class Profiler(IReadOnlyList<Instruction> instructions, PlannedCall[] calls, IReadOnlyList<Storage> lasting)
{
    /// <summary>Median times over some runs, beside a roof that is measured now if it was not.</summary>
    public PlanProfile Take(int runs, Action begin)
    {
        var saved = lasting.Select(static storage => (Storage: storage, Content: new byte[storage.Bytes])).ToArray();
        foreach (var (storage, content) in saved) Backends.Of(storage.Device).Read(Bytes(storage), content);
        var times = Array.ConvertAll(calls, _ => new double[runs]);
        var once = new double[calls.Length];
        try
        {
            // The first run loads and prepares what is missing.
            for (int run = -1; run < runs; run++)
            {
                begin();
                RunOnce(once);
                for (int i = 0; run >= 0 && i < once.Length; i++) times[i][run] = once[i];
            }
        }
        finally
        {
            foreach (var (storage, content) in saved) Backends.Of(storage.Device).Write(Bytes(storage), content);
        }

        var peaks = new Dictionary<Device, RoofPeaks>();
        foreach (Instruction one in instructions) peaks.TryAdd(DeviceOf(one), Backends.Of(DeviceOf(one)).Peaks);
        var kernels = new KernelProfile[calls.Length];
        for (int i = 0; i < kernels.Length; i++)
        {
            Array.Sort(times[i]);
            kernels[i] = Judge(instructions[i], calls[i], times[i][runs / 2], peaks[DeviceOf(instructions[i])]);
        }

        return new PlanProfile(kernels, peaks);
    }

    // Neighbours on one device go together, so that a device measures them without a wait between.
    void RunOnce(double[] seconds)
    {
        int first = 0;
        for (int i = 1; i <= calls.Length; i++)
        {
            if (i < calls.Length && DeviceOf(instructions[i]) == DeviceOf(instructions[first]) && instructions[i].Op is not Transfer && instructions[first].Op is not Transfer) continue;
            if (instructions[first].Op is Transfer) seconds[first] = TimeTransfer(instructions[first], calls[first]);
            else Backends.Of(DeviceOf(instructions[first])).TimeEach(new ArraySegment<PlannedCall>(calls, first, i - first), seconds.AsSpan(first, i - first));
            first = i;
        }
    }

    static double TimeTransfer(Instruction one, PlannedCall call)
    {
        IBackend from = Backends.Of(one.Inputs[0].Device), to = Backends.Of(DeviceOf(one));
        from.Synchronize();
        long start = Stopwatch.GetTimestamp();
        call.Run();
        to.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    static KernelProfile Judge(Instruction one, PlannedCall call, double seconds, RoofPeaks peaks)
    {
        long bytes = one.Op.Bytes(one.Inputs, one.Outputs), flops = one.Op.Flops(one.Inputs, one.Outputs);
        var (least, bound) = peaks.Least(bytes, flops);
        return new KernelProfile(one.Op.Name, Plan.Operands(one), DeviceOf(one), call.LaunchNames, seconds, bytes, flops, bound, 100 * least / seconds);
    }

    static Device DeviceOf(Instruction one) => one.Outputs[0].Device;

    static Tensor Bytes(Storage storage) => new(Layout.Contiguous([storage.Bytes]), DType.Bool, storage);
}
