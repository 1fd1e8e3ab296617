using Adjoint.Kernels;

namespace Adjoint.Bench;

/// <summary>What the machine can do at best: the denominators of every percentage.</summary>
static class PeaksMode
{
    public static bool Run(Output output)
    {
        foreach (int threads in (int[])[1, Environment.ProcessorCount])
        {
            output.Line("peaks", $"{threads} thread{(threads == 1 ? "" : "s")}",
                ("threads", threads),
                ("fma_f32_gflops", Peaks.FmaGflops(false, threads)),
                ("fma_f64_gflops", Peaks.FmaGflops(true, threads)),
                ("read_gb_per_s", Peaks.ReadBandwidth(threads)),
                ("triad_gb_per_s", Peaks.TriadBandwidth(threads)));
        }

        return true;
    }
}
