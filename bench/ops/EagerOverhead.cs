namespace Adjoint.Bench;

/// <summary>What an eager op costs beside its arithmetic: adds of 16 floats with a node on the tape, in a step's arena and outside of steps.</summary>
static class EagerOverhead
{
    const int Batch = 1000;

    public static void Run(Output output)
    {
        var generator = new Generator(Key.FromSeed(0));
        Tensor x = generator.Normal([16]).Keep().Variable(), y = generator.Normal([16]).Keep(), constant = x.Detach();
        Measure(output, "eager-add-16", () =>
        {
            using var step = Step.Begin();
            for (int i = 0; i < Batch; i++) x.Add(y);
        });
        Measure(output, "eager-add-16-outside", () =>
        {
            for (int i = 0; i < Batch; i++) x.Add(y);
        });
        Measure(output, "eager-add-16-untracked", () =>
        {
            using var step = Step.Begin();
            for (int i = 0; i < Batch; i++) constant.Add(y);
        });
    }

    static void Measure(Output output, string label, Action batch)
    {
        double seconds = Output.MedianSeconds(batch) / Batch;
        long before = GC.GetAllocatedBytesForCurrentThread();
        batch();
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Batch;
        output.Line("ops", label, ("threads", 1), ("ns", seconds * 1e9), ("allocated_bytes", bytes));
    }
}
