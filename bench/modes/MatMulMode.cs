using System.Diagnostics;
using System.Runtime.InteropServices;
using Adjoint.Kernels;

namespace Adjoint.Bench;

/// <summary>
/// Matrix products as shares of the fused multiply-adds that the same cores do in the same millisecond, on one thread and on two. Floors are about medians.
/// </summary>
/// <remarks>
/// Rented processors share each core with a neighbour that slows a product, which issues four instructions a cycle, more than bare multiply-adds,
/// which issue two; and both threads may get the same core for a while. So the quieter rounds (the ninth decile) are shown beside the median, and a speed-up counts
/// in rounds in which two threads do the multiply-adds of almost two cores; with fewer than a dozen such rounds there is no line for two threads.
/// </remarks>
static class MatMulMode
{
    const double SecondsPerCase = 0.5;
    const double MostSecondsPerCase = 4;
    const double TwoCores = 1.8;
    const int LeastRounds = 8;

    // A worker that slept while one thread was measured is slow to wake.
    const int BurstsToWake = 4;
    const int LeastRoundsOnTwoCores = 12;

    // What a second thread may cost at most.
    const double NeverBelow = 0.95;

    static readonly int[] squares = [64, 128, 256, 512, 1024];

    /// <summary>Layers of the models: batch, outputs, inputs.</summary>
    static readonly (int Batch, int Outputs, int Inputs)[] layers =
    [
        (16, 256, 256), (100, 128, 64), (100, 64, 128), (256, 64, 64), (16, 10, 256), (256, 10, 256), (100, 30, 32), (64, 2, 64), (256, 5, 256),
        (100, 1, 512), (256, 32, 2),
    ];

    public static bool Run(Output output)
    {
        int threads = Workers.Threads;
        var missed = new List<string>();
        foreach (int n in squares) Measure<float>(output, missed, n, n, n, "nn");
        foreach (var (batch, outputs, inputs) in layers)
        {
            // x·Wᵀ, G·W and Gᵀ·x with weights [outputs, inputs].
            Measure<float>(output, missed, batch, outputs, inputs, "nt");
            Measure<float>(output, missed, batch, inputs, outputs, "nn");
            Measure<float>(output, missed, outputs, inputs, batch, "tn");
        }

        foreach (int n in (int[])[64, 256, 512]) Measure<double>(output, missed, n, n, n, "nn");
        Workers.Threads = threads;
        foreach (string line in missed) Console.Error.WriteLine($"bench matmul: {line}");
        return missed.Count == 0;
    }

    static unsafe void Measure<T>(Output output, List<string> missed, int m, int n, int k, string form) where T : unmanaged
    {
        string label = $"{m}x{n}x{k} {form}{(sizeof(T) == sizeof(double) ? " f64" : "")}";
        T* left = Numbers<T>(m * k), right = Numbers<T>(k * n), target = Numbers<T>(m * n);
        try
        {
            var product = new Product<T>(m, n, k, form, left, right, target);
            List<double> shares = [], seconds = [], speedups = [], pairSeconds = [];
            bool hasTwo = Environment.ProcessorCount > 1;
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed.TotalSeconds < SecondsPerCase || shares.Count < LeastRounds
                || (hasTwo && speedups.Count < LeastRoundsOnTwoCores && clock.Elapsed.TotalSeconds < MostSecondsPerCase))
            {
                Workers.Threads = 1;
                double before = Peak<T>(seconds);
                double one = product.Seconds();
                double peak = (before + Peak<T>(seconds)) / 2;
                shares.Add(100 * product.Flops / one / 1e9 / peak);
                seconds.Add(one);
                if (!hasTwo) continue;
                Workers.Threads = 2;
                for (int i = 0; i < BurstsToWake; i++) Peaks.FmaBurstGflops(false);
                double both = Peaks.FmaBurstGflops(sizeof(T) == sizeof(double));
                double two = product.Seconds();
                if (Math.Min(both, Peaks.FmaBurstGflops(sizeof(T) == sizeof(double))) < TwoCores * peak) continue;
                speedups.Add(one / two);
                pairSeconds.Add(two);
            }

            output.Line("matmul", label, ("threads", 1), ("us", Quantile(seconds, 0.5) * 1e6), ("percent_of_peak", Quantile(shares, 0.5)),
                ("quiet_percent", Quantile(shares, 0.9)), ("rounds", shares.Count));
            if (speedups.Count < LeastRoundsOnTwoCores) return;
            double speedup = Quantile(speedups, 0.5);
            output.Line("matmul", label, ("threads", 2), ("us", Quantile(pairSeconds, 0.5) * 1e6), ("speedup", speedup), ("rounds", speedups.Count));
            if (speedup < NeverBelow) missed.Add($"{label} on two threads is {speedup:F2} times as fast as on one, below {NeverBelow}.");
        }
        finally
        {
            NativeMemory.AlignedFree(left);
            NativeMemory.AlignedFree(right);
            NativeMemory.AlignedFree(target);
        }
    }

    // For as long as a timing takes, since a core's clock rises for bursts and falls within a millisecond of hard work.
    static unsafe double Peak<T>(List<double> seconds) where T : unmanaged
    {
        double least = seconds.Count == 0 ? 0 : seconds[^1];
        double operations = 0;
        var clock = Stopwatch.StartNew();
        do
        {
            long start = Stopwatch.GetTimestamp();
            operations += Peaks.FmaBurstGflops(sizeof(T) == sizeof(double)) * Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (clock.Elapsed.TotalSeconds < least);
        return operations / clock.Elapsed.TotalSeconds;
    }

    // From the start of a cache line on, as tensors lie.
    static unsafe T* Numbers<T>(int count) where T : unmanaged
    {
        var random = new Random(1);
        var numbers = (T*)NativeMemory.AlignedAlloc((nuint)count * (nuint)sizeof(T), 64);
        for (int i = 0; i < count; i++)
        {
            double x = (random.NextDouble() * 2) - 1;
            numbers[i] = typeof(T) == typeof(float) ? (T)(object)(float)x : (T)(object)x;
        }

        return numbers;
    }

    static double Quantile(List<double> values, double share)
    {
        values.Sort();
        return values[Math.Min(values.Count - 1, (int)(values.Count * share))];
    }

    /// <summary>One product, repeated until a timing takes a fraction of a millisecond.</summary>
    sealed unsafe class Product<T> where T : unmanaged
    {
        const double FlopsPerTiming = 2e7;
        const int MostRepeats = 200;

        readonly T* a, b, c;
        readonly MatMulShape shape;
        readonly int repeats;

        public Product(int m, int n, int k, string form, T* a, T* b, T* c)
        {
            this.a = a;
            this.b = b;
            this.c = c;
            bool leftTurned = form[0] == 't', rightTurned = form[1] == 't';
            shape = new MatMulShape(m, n, k, leftTurned ? 1 : k, leftTurned ? m : 1, rightTurned ? 1 : n, rightTurned ? k : 1, n);
            Flops = 2.0 * m * n * k;
            repeats = (int)Math.Clamp(FlopsPerTiming / Flops, 1, MostRepeats);
        }

        public double Flops { get; }

        public double Seconds()
        {
            MatMulKernel.Run(shape, a, b, c, false);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < repeats; i++) MatMulKernel.Run(shape, a, b, c, false);
            return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
        }
    }
}
