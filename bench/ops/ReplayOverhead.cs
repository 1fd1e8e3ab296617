namespace Adjoint.Bench;

/// <summary>What a kernel of a plan costs beside its arithmetic: a chain of gathers of one number, which neither fuse nor share memory.</summary>
static class ReplayOverhead
{
    const int Kernels = 400;

    public static void Run(Output output)
    {
        Tensor one = Tensor.From<float>([1f]), index = Tensor.From<long>([0L]);
        Plan plan = Plan.Record(() =>
        {
            Tensor x = one;
            for (int i = 0; i < Kernels; i++) x = x.Select(0, index);
            return x;
        });
        double seconds = Output.MedianSeconds(plan.Run) / plan.Count;
        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Run();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        output.Line("ops", "replay-kernel", ("threads", 1), ("ns", seconds * 1e9), ("kernels", plan.Count), ("allocated_bytes", bytes));
    }
}
