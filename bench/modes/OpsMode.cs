using Adjoint.Kernels;

namespace Adjoint.Bench;

/// <summary>
/// Kernels one by one: time, and the share of the roof that limits them, which is the bandwidth of a triad of the same size for all but matrix products. Then what an
/// op costs beside its kernel, eager and replayed.
/// </summary>
static class OpsMode
{
    const double SecondsPerCase = 0.12;
    const long TriadBytes = 3L << 17;

    public static bool Run(Output output)
    {
        int before = Settings.Threads;
        Settings.Threads = 1;
        EagerOverhead.Run(output);
        ReplayOverhead.Run(output);
        foreach (int threads in Environment.ProcessorCount == 1 ? (int[])[1] : [1, Environment.ProcessorCount])
        {
            Settings.Threads = threads;
            double bandwidth = Peaks.TriadBandwidth(threads, TriadBytes / threads) * 1e9, arithmetic = Peaks.FmaGflops(false, threads) * 1e9;
            foreach (OpCase one in OpCases.All)
            {
                Plan plan = one.Make();
                double seconds = Output.MedianSeconds(plan.Run, SecondsPerCase);
                double roof = one.Flops > 0 ? one.Flops / arithmetic : one.Bytes / bandwidth;
                output.Line("ops", one.Name, ("threads", threads), ("ns", seconds * 1e9), one.Flops > 0
                    ? ("gflops", one.Flops / seconds / 1e9)
                    : ("gb_per_s", one.Bytes / seconds / 1e9), ("percent_of_roof", 100 * roof / seconds));
            }
        }

        Settings.Threads = before;
        return true;
    }
}
