using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>The loop that all distributions share: blocks by the register, with the ends cut from whole registers.</summary>
static class FillLoop
{
    /// <summary>Elements in the largest batch that one pass of the loop makes.</summary>
    const int LargestBatch = 32;

    /// <summary>Writes elements <paramref name="start"/>, start + 1, … of a draw.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is negative.</exception>
    public static void Run<TDistribution, T>(Span<T> target, Draw draw, long start, TDistribution distribution)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) Run<TDistribution, T, Words512, Lane512<float>, Lane512<double>>(target, draw, start, distribution);
        else if (Vector256.IsHardwareAccelerated) Run<TDistribution, T, Words256, Lane256<float>, Lane256<double>>(target, draw, start, distribution);
        else Run<TDistribution, T, Words128, Lane128<float>, Lane128<double>>(target, draw, start, distribution);
    }

    /// <summary>The same at a chosen register width.</summary>
    public static void Run<TDistribution, T, W, F, D>(Span<T> target, Draw draw, long start, TDistribution distribution)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
        where W : struct, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        if (target.IsEmpty) return;

        int perBlock = TDistribution.PerBlock, batch = W.Blocks * perBlock;
        var (block, inside) = Math.DivRem(start, perBlock);
        var schedule = new KeySchedule(new PhiloxKey(draw.Key));
        ulong counter = unchecked(draw.Counter + (ulong)block);

        int done = 0;
        if (inside != 0)
        {
            done = Math.Min(perBlock - (int)inside, target.Length);
            Part<TDistribution, T, W, F, D>(in schedule, counter, draw.Stream, distribution, target[..done], (int)inside);
            counter = unchecked(counter + 1);
        }

        ref T origin = ref MemoryMarshal.GetReference(target);
        for (; done <= target.Length - 2 * batch; done += 2 * batch)
        {
            TwoBatches<TDistribution, T, W, F, D>(in schedule, counter, draw.Stream, distribution, ref Unsafe.Add(ref origin, done));
            counter = unchecked(counter + 2 * (ulong)W.Blocks);
        }

        while (done < target.Length)
        {
            var rest = target.Slice(done, Math.Min(batch, target.Length - done));
            Part<TDistribution, T, W, F, D>(in schedule, counter, draw.Stream, distribution, rest, 0);
            done += rest.Length;
            counter = unchecked(counter + (ulong)W.Blocks);
        }
    }

    /// <summary>Cuts a piece of a batch out.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Part<TDistribution, T, W, F, D>(
        ref readonly KeySchedule schedule, ulong counter, ulong stream, TDistribution distribution, Span<T> target, int from)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
        where W : struct, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        Span<T> batch = stackalloc T[LargestBatch];
        W m0 = W.From(Philox.Multiplier0), m1 = W.From(Philox.Multiplier1);
        W c0 = W.Counters(counter), c1 = W.High(c0), c2 = W.From(stream), c3 = W.From(stream >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
            Round<W, F, D>(ref c0, ref c1, ref c2, ref c3, m0, m1, W.From(schedule[2 * round]), W.From(schedule[2 * round + 1]));
        Finish<TDistribution, T, W, F, D>(c0, c1, c2, c3, distribution, ref MemoryMarshal.GetReference(batch));
        batch.Slice(from, target.Length).CopyTo(target);
    }

    /// <summary>
    /// Two registers of blocks at once: a round is a chain of five cycles and more, which one register would mostly wait for.
    /// Rolled up: ten rounds of two are more than the compiler inlines.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TwoBatches<TDistribution, T, W, F, D>(
        ref readonly KeySchedule schedule, ulong counter, ulong stream, TDistribution distribution, ref T target)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
        where W : struct, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        W m0 = W.From(Philox.Multiplier0), m1 = W.From(Philox.Multiplier1);
        W c0 = W.Counters(counter), c1 = W.High(c0), c2 = W.From(stream), c3 = W.From(stream >> 32);
        W d0 = W.Counters(unchecked(counter + (ulong)W.Blocks)), d1 = W.High(d0), d2 = c2, d3 = c3;
        ref ulong keys = ref Unsafe.As<KeySchedule, ulong>(ref Unsafe.AsRef(in schedule));
        for (int i = 0; i < 2 * Philox.Rounds; i += 2)
        {
            W k0 = W.From(Unsafe.Add(ref keys, i)), k1 = W.From(Unsafe.Add(ref keys, i + 1));
            Round<W, F, D>(ref c0, ref c1, ref c2, ref c3, m0, m1, k0, k1);
            Round<W, F, D>(ref d0, ref d1, ref d2, ref d3, m0, m1, k0, k1);
        }

        Finish<TDistribution, T, W, F, D>(c0, c1, c2, c3, distribution, ref target);
        Finish<TDistribution, T, W, F, D>(d0, d1, d2, d3, distribution, ref Unsafe.Add(ref target, W.Blocks * TDistribution.PerBlock));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Finish<TDistribution, T, W, F, D>(W c0, W c1, W c2, W c3, TDistribution distribution, ref T target)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
        where W : struct, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        bool wholeCells = TDistribution.PerBlock == 2;
        W even = wholeCells ? W.Join(c0, c1) : W.Join(c0, c2), odd = wholeCells ? W.Join(c2, c3) : W.Join(c1, c3);
        distribution.Apply<W, F, D>(ref even, ref odd);
        if (wholeCells) W.Zip64(ref even, ref odd);
        else W.Zip32(ref even, ref odd);
        if (typeof(T) == typeof(byte)) W.StoreLowBytes(even, odd, ref Unsafe.As<T, byte>(ref target));
        else W.Store(even, odd, ref Unsafe.As<T, byte>(ref target));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round<W, F, D>(ref W c0, ref W c1, ref W c2, ref W c3, W m0, W m1, W k0, W k1)
        where W : struct, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        W p0 = W.Multiply(c0, m0), p1 = W.Multiply(c2, m1);
        c0 = W.Xor(W.High(p1), c1, k0);
        c1 = p1;
        c2 = W.Xor(W.High(p0), c3, k1);
        c3 = p0;
    }
}
