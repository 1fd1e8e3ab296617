using Adjoint.Kernels;

namespace Adjoint.Bench;

/// <summary>
/// Operations at the sizes of published models (decompositions, transforms, convolutions, attention, order), on one thread and on all: time, and the share of the roof that limits them.
/// Cases in f64 end their name so and are held against the arithmetic of f64.
/// </summary>
static class NumbersMode
{
    const double SecondsPerCase = 0.6;
    const long TriadBytes = 3L << 22;

    public static bool Run(Output output)
    {
        int before = Settings.Threads;
        foreach (int threads in Environment.ProcessorCount == 1 ? (int[])[1] : [1, Environment.ProcessorCount])
        {
            Settings.Threads = threads;
            double bandwidth = Peaks.TriadBandwidth(threads, TriadBytes / threads) * 1e9;
            foreach (NumbersCase one in NumbersTable.All)
            {
                Action run = one.Host ?? one.Make().Run;
                double arithmetic = Peaks.FmaGflops(one.Name.EndsWith(" f64", StringComparison.Ordinal), threads) * 1e9;
                double seconds = Output.MedianSeconds(run, SecondsPerCase);
                double roof = Math.Max(one.Flops / arithmetic, one.Bytes / bandwidth);
                output.Line("numbers", one.Name, ("threads", threads), ("us", seconds * 1e6), ("gflops", one.Flops / seconds / 1e9), ("percent_of_roof", 100 * roof / seconds));
            }
        }

        Settings.Threads = before;
        return true;
    }
}
