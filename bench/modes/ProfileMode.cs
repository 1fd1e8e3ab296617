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
            PlanProfile profile = plan.Profile(Runs);
            foreach (KernelProfile kernel in profile.Kernels)
            {
                output.Line("profile", $"{name} {kernel}", ("us", kernel.Seconds * 1e6), ("percent", 100 * kernel.Seconds / profile.Seconds),
                    ("gflops", kernel.Flops / kernel.Seconds / 1e9), ("gb_per_s", kernel.Bytes / kernel.Seconds / 1e9));
            }

            output.Line("profile", $"{name} total", ("us", profile.Seconds * 1e6), ("kernels", plan.Count));
        }

        return true;
    }
}
