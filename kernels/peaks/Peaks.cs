using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>What this machine can do at most, measured: the figures by which the speed of kernels is judged.</summary>
public static unsafe class Peaks
{
    const double SecondsPerMeasurement = 0.1;
    const int Trials = 5;

    /// <summary>Fused multiply-adds, two operations each, of independent registers: the best of a few trials, in 1e9 operations a second.</summary>
    public static double FmaGflops(bool f64, int threads)
    {
        var vector = Vector512.IsHardwareAccelerated ? 64 : Vector256.IsHardwareAccelerated ? 32 : 16;
        var perCall = 2.0 * FmaRounds * FmaAbreast * vector / (f64 ? 8 : 4);
        return Best(threads, perCall, f64 ? &Fma<double> : &Fma<float>, 0) / 1e9;
    }

    /// <summary>Reading <paramref name="bytesPerThread"/> bytes a thread over and over, in 1e9 bytes a second. Default: far beyond the caches.</summary>
    public static double ReadBandwidth(int threads, long bytesPerThread = 1 << 28) =>
        Best(threads, bytesPerThread, &Read, bytesPerThread) / 1e9;

    /// <summary>
    /// a = b + s·c over three arrays of <paramref name="bytesPerThread"/> bytes together, in 1e9 bytes a second; the bytes that a processor
    /// reads because it is about to overwrite them are not counted (McCalpin, STREAM).
    /// </summary>
    public static double TriadBandwidth(int threads, long bytesPerThread = 3 << 26) =>
        Best(threads, bytesPerThread / 96 * 96, &Triad, bytesPerThread / 96 * 96) / 1e9;

    /// <summary>
    /// Fused multiply-adds in a burst of about 0.1 ms on each of <see cref="Workers.Threads"/> threads, in 1e9 operations a second: to be taken
    /// beside every measurement, where a figure of a second ago says little, as on shared machines.
    /// </summary>
    public static double FmaBurstGflops(bool f64)
    {
        var threads = Workers.Threads;
        var vector = Vector512.IsHardwareAccelerated ? 64 : Vector256.IsHardwareAccelerated ? 32 : 16;
        var start = Stopwatch.GetTimestamp();
        Workers.ForShares(threads, int.MaxValue, true, new Burst(f64));
        return 2.0 * FmaRounds * FmaAbreast * vector / (f64 ? 8 : 4) * BurstCalls * threads / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    const int BurstCalls = 5;
    const int FmaRounds = 10_000;
    const int FmaAbreast = 12;

    static double Best(int threads, double amountPerCall, delegate*<byte*, long, double> call, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var best = 0.0;
        for (var trial = 0; trial < Trials; trial++)
        {
            using var barrier = new Barrier(threads);
            var rates = new double[threads];
            var running = new Thread[threads];
            for (var i = 0; i < threads; i++)
            {
                var index = i;
                running[i] = new Thread(() => rates[index] = Rate(barrier, amountPerCall, call, bytes)) { IsBackground = true };
                running[i].Start();
            }
            foreach (var thread in running) thread.Join();
            best = Math.Max(best, rates.Sum());
        }
        return best;
    }

    static double Rate(Barrier barrier, double amountPerCall, delegate*<byte*, long, double> call, long bytes)
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(64, bytes), 4096);
        try
        {
            NativeMemory.Fill(memory, (nuint)bytes, 0);
            barrier.SignalAndWait();
            var start = Stopwatch.GetTimestamp();
            var calls = 0;
            var checksum = 0.0;
            do
            {
                checksum += call(memory, bytes);
                calls++;
            }
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < SecondsPerMeasurement);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return double.IsNaN(checksum) ? 0 : calls * amountPerCall / seconds;
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    readonly struct Burst(bool f64) : IRangeBody
    {
        public void Run(int start, int end)
        {
            for (var call = start * BurstCalls; call < end * BurstCalls; call++) _ = f64 ? Fma<double>(null, 0) : Fma<float>(null, 0);
        }
    }

    static double Fma<T>(byte* memory, long bytes) where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) return FmaChains<Simd512<T>, Vector512<T>, T>();
        return Vector256.IsHardwareAccelerated ? FmaChains<Simd256<T>, Vector256<T>, T>() : FmaChains<Simd128<T>, Vector128<T>, T>();
    }

    // More chains than the latency of a multiply-add times the units of any current processor.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static double FmaChains<TSimd, V, T>()
        where TSimd : struct, ISimd<V, T>
        where V : unmanaged
        where T : unmanaged
    {
        T zero = default;
        V x = TSimd.Broadcast(zero), y = x;
        V s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x, s8 = x, s9 = x, s10 = x, s11 = x;
        for (var i = 0; i < FmaRounds; i++)
        {
            s0 = TSimd.MultiplyAdd(x, y, s0);
            s1 = TSimd.MultiplyAdd(x, y, s1);
            s2 = TSimd.MultiplyAdd(x, y, s2);
            s3 = TSimd.MultiplyAdd(x, y, s3);
            s4 = TSimd.MultiplyAdd(x, y, s4);
            s5 = TSimd.MultiplyAdd(x, y, s5);
            s6 = TSimd.MultiplyAdd(x, y, s6);
            s7 = TSimd.MultiplyAdd(x, y, s7);
            s8 = TSimd.MultiplyAdd(x, y, s8);
            s9 = TSimd.MultiplyAdd(x, y, s9);
            s10 = TSimd.MultiplyAdd(x, y, s10);
            s11 = TSimd.MultiplyAdd(x, y, s11);
        }
        var sum = TSimd.Add(TSimd.Add(TSimd.Add(s0, s1), TSimd.Add(s2, s3)), TSimd.Add(TSimd.Add(s4, s5), TSimd.Add(s6, s7)));
        sum = TSimd.Add(sum, TSimd.Add(TSimd.Add(s8, s9), TSimd.Add(s10, s11)));
        var total = TSimd.Sum(sum);
        return typeof(T) == typeof(float) ? Unsafe.As<T, float>(ref total) : Unsafe.As<T, double>(ref total);
    }

    static double Read(byte* memory, long bytes)
    {
        Vector256<long> s0 = default, s1 = default, s2 = default, s3 = default;
        for (long i = 0; i <= bytes - 128; i += 128)
        {
            s0 |= Vector256.Load((long*)(memory + i));
            s1 |= Vector256.Load((long*)(memory + i + 32));
            s2 |= Vector256.Load((long*)(memory + i + 64));
            s3 |= Vector256.Load((long*)(memory + i + 96));
        }
        return Vector256.Sum(s0 | s1 | s2 | s3);
    }

    static double Triad(byte* memory, long bytes)
    {
        var count = bytes / 3 / sizeof(float);
        var a = (float*)memory;
        var b = a + count;
        var c = b + count;
        var scale = Vector256.Create(3f);
        for (long i = 0; i <= count - 8; i += 8) (Vector256.Load(b + i) + (scale * Vector256.Load(c + i))).Store(a + i);
        return a[0];
    }
}
