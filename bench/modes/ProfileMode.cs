namespace Adjoint.Bench;

/// <summary>Where the time of each training step goes: the kernels of its plan, on one thread, with their share and rate.</summary>
static class ProfileMode
{
    const int WarmUp = 200, Runs = 400;

    public static bool Run(Output output)
    {
        Settings.Threads = 1;
        foreach (var (name, make) in WorkloadTable.All)
        {
            // A workload of several plans says where its time goes by bench step only.
            if (make(DType.F32) is GFlowNetWorkload) continue;
            Plan plan = Plan.Record(make(DType.F32).Step);
            for (int i = 0; i < WarmUp; i++) plan.Run();
            var kernels = plan.Profile(Runs);
            double total = kernels.Sum(static kernel => kernel.Seconds);
            foreach (var (kernel, seconds, flops) in kernels)
                output.Line("profile", $"{name} {kernel}", ("us", seconds * 1e6), ("percent", 100 * seconds / total), ("gflops", flops / seconds / 1e9));
            output.Line("profile", $"{name} total", ("us", total * 1e6), ("kernels", plan.Count));
        }

        return true;
    }
}
