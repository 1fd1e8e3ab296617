namespace Adjoint.Bench;

/// <summary>The training steps of <c>bench step</c> on the device: op by op, as a plan whose launches go out one by one, and as a plan that is a graph.</summary>
static class GpuSteps
{
    public static bool Run(GpuRun run)
    {
        bool done = true;
        foreach (var (name, make) in run.IsSimulated ? [("mlp-tiny", static type => new ClassifierWorkload(2, 4, type, 4))] : WorkloadTable.All)
        {
            done &= run.Try($"step/{name} eager", () =>
            {
                Workload workload = make(DType.F32);
                Measure(run, name, "eager", () =>
                {
                    using var step = Step.Begin();
                    workload.Step();
                });
            });
            foreach (bool asGraph in (bool[])[false, true]) done &= run.Try($"step/{name} plan", () => Planned(run, name, make, asGraph));
        }

        return done;
    }

    static void Planned(GpuRun run, string name, Func<DType, Workload> make, bool asGraph)
    {
        run.Backend.UsesGraphs = asGraph;
        try
        {
            Func<Tensor> step = make(DType.F32).Planned();
            Measure(run, name, asGraph ? "graph" : "plan", () => step());
        }
        finally
        {
            run.Backend.UsesGraphs = true;
        }
    }

    static void Measure(GpuRun run, string name, string variant, Action step) => run.Line($"step/{name}", variant, ("us_per_step", run.Median(step) * 1e6));
}
