using Adjoint.Kernels;

namespace Adjoint.Bench;

/// <summary>f32 matrix products through the tensor API, as replayed plans, with the peak measured again before each line since clocks move.</summary>
static class MatMulMode
{
    const double Floor = 0.5;

    public static bool Run(Output output)
    {
        bool reached = true;
        (int M, int N, int K)[] shapes = [(64, 64, 64), (128, 128, 128), (256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (16, 256, 256), (100, 64, 128), (256, 64, 64)];
        var generator = new Generator(Key.FromSeed(0));
        foreach (int threads in (int[])[1, Environment.ProcessorCount])
        {
            Settings.Threads = threads;
            foreach (var (m, n, k) in shapes)
            {
                Tensor a = generator.Normal([m, k]).Keep(), b = generator.Normal([k, n]).Keep();
                Plan plan = Plan.Record(() => a.MatMul(b));
                double peak = Peaks.FmaGflops(false, threads);
                double seconds = Output.MedianSeconds(plan.Run);
                double rate = 2.0 * m * n * k / seconds / 1e9;
                output.Line("matmul", $"{m}x{n}x{k}", ("threads", threads), ("us", seconds * 1e6), ("gflops", rate), ("percent_of_peak", 100 * rate / peak));
                if (threads == 1 && m == 512 && rate < Floor * peak) reached = false;
            }
        }

        if (!reached) Console.Error.WriteLine($"bench matmul: n = 512 on one thread is below {100 * Floor} % of the measured peak.");
        return reached;
    }
}
