using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// The loop that all distributions share: blocks by two registers, with the ends cut from whole ones. A distribution of long formulas gets a second pass over
/// a piece in L1: right behind the rounds, its chains of dependent steps leave the processor waiting.
/// </summary>
static class FillLoop
{
    /// <summary>Bytes that the first pass makes before the second reads them.</summary>
    const int PieceBytes = 4096;

    /// <summary>Elements in the largest pair of registers.</summary>
    const int LargestPair = 128;

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
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        if (target.IsEmpty) return;

        int perBlock = TDistribution.PerBlock, pairBlocks = 2 * W.Blocks, pair = pairBlocks * perBlock;
        int most = TDistribution.HasSecondPass ? PieceBytes / (pair * Unsafe.SizeOf<T>()) : int.MaxValue;
        var (block, inside) = Math.DivRem(start, perBlock);
        ulong counter = unchecked(draw.Counter + (ulong)block);
        Unsafe.SkipInit(out KeySchedule<W, F, D> schedule);
        schedule.Fill(draw, counter);
        for (int done = 0; done < target.Length;)
        {
            // The schedule holds for counters of one upper half.
            long left = (1L << 32) - (uint)counter, blocks;
            int pairs = inside != 0 ? 0 : (int)Math.Min(Math.Min((target.Length - done) / pair, most), left / pairBlocks);
            if (pairs > 0)
            {
                Pairs<TDistribution, T, W, F, D>(in schedule, counter, distribution, ref target[done], pairs);
                blocks = (long)pairs * pairBlocks;
                done += pairs * pair;
            }
            else
            {
                blocks = Math.Min(pairBlocks, left);
                int count = (int)Math.Min((blocks * perBlock) - inside, target.Length - done);
                Cut<TDistribution, T, W, F, D>(in schedule, counter, distribution, target.Slice(done, count), (int)inside);
                done += count;
                inside = 0;
            }

            counter = unchecked(counter + (ulong)blocks);
            if ((uint)counter == 0) schedule.Fill(draw, counter);
        }
    }

    /// <summary>Cuts a piece out of a pair of registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Cut<TDistribution, T, W, F, D>(ref readonly KeySchedule<W, F, D> schedule, ulong counter, TDistribution distribution, Span<T> target, int from)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        Span<T> whole = stackalloc T[LargestPair];
        Pairs<TDistribution, T, W, F, D>(in schedule, counter, distribution, ref MemoryMarshal.GetReference(whole), 1);
        whole.Slice(from, target.Length).CopyTo(target);
    }

    /// <summary>
    /// Two registers of blocks at once: a round is a chain of five cycles and more, which one register would mostly wait for.
    /// Rolled up: ten rounds of two are more than the compiler inlines.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Pairs<TDistribution, T, W, F, D>(
        ref readonly KeySchedule<W, F, D> schedule, ulong counter, TDistribution distribution, ref T target, int count)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        int batch = W.Blocks * TDistribution.PerBlock;
        W m0 = W.From(Philox.Multiplier0), m1 = W.From(Philox.Multiplier1);
        ref W keys = ref Unsafe.As<KeySchedule<W, F, D>, W>(ref Unsafe.AsRef(in schedule));
        ref T place = ref target;
        for (int i = 0; i < count; i++)
        {
            W c0 = W.Counters(counter), d0 = W.Counters(unchecked(counter + (ulong)W.Blocks));
            FirstRounds<W, F, D>(ref keys, ref c0, out W c1, out W c2, out W c3, m0, m1);
            FirstRounds<W, F, D>(ref keys, ref d0, out W d1, out W d2, out W d3, m0, m1);
            for (nint key = 2 * KeySchedule<W, F, D>.Whole; key < 2 * Philox.Rounds; key += 2)
            {
                Round<W, F, D>(ref c0, ref c1, ref c2, ref c3, m0, m1, Unsafe.Add(ref keys, key), Unsafe.Add(ref keys, key + 1));
                Round<W, F, D>(ref d0, ref d1, ref d2, ref d3, m0, m1, Unsafe.Add(ref keys, key), Unsafe.Add(ref keys, key + 1));
            }

            Finish<TDistribution, T, W, F, D>(c0, c1, c2, c3, distribution, ref place);
            Finish<TDistribution, T, W, F, D>(d0, d1, d2, d3, distribution, ref Unsafe.Add(ref place, batch));
            counter = unchecked(counter + 2 * (ulong)W.Blocks);
            place = ref Unsafe.Add(ref place, 2 * batch);
        }

        if (TDistribution.HasSecondPass) Second<TDistribution, T, W, F, D>(distribution, ref target, 2 * count);
    }

    /// <summary>Three rounds, as far as they differ between the blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void FirstRounds<W, F, D>(ref W keys, ref W c0, out W c1, out W c2, out W c3, W m0, W m1)
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        W p0 = W.Multiply(c0, m0);
        c2 = W.Xor(W.High(p0), keys);

        W p1 = W.Multiply(c2, m1);
        c0 = W.Xor(W.High(p1), Unsafe.Add(ref keys, 1));
        c2 = W.Xor(p0, Unsafe.Add(ref keys, 2));

        c3 = W.Multiply(c0, m0);
        c1 = W.Multiply(c2, m1);
        c0 = W.Xor(W.High(c1), p1, Unsafe.Add(ref keys, 3));
        c2 = W.Xor(W.High(c3), Unsafe.Add(ref keys, 4));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round<W, F, D>(ref W c0, ref W c1, ref W c2, ref W c3, W m0, W m1, W k0, W k1)
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        W p0 = W.Multiply(c0, m0), p1 = W.Multiply(c2, m1);
        c0 = W.Xor(W.High(p1), c1, k0);
        c1 = p1;
        c2 = W.Xor(W.High(p0), c3, k1);
        c3 = p0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Finish<TDistribution, T, W, F, D>(W c0, W c1, W c2, W c3, TDistribution distribution, ref T target)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        bool wholeCells = TDistribution.PerBlock == 2;
        W even = wholeCells ? W.Join(c0, c1) : W.Join(c0, c2), odd = wholeCells ? W.Join(c2, c3) : W.Join(c1, c3);
        if (TDistribution.HasSecondPass)
        {
            W.Store(even, odd, ref Unsafe.As<T, byte>(ref target));
            return;
        }

        distribution.Apply<W, F, D>(ref even, ref odd);
        Store<TDistribution, T, W, F, D>(even, odd, ref target);
    }

    /// <summary>Makes elements of words that lie as <see cref="Finish"/> left them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Second<TDistribution, T, W, F, D>(TDistribution distribution, ref T target, int batches)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        for (int i = 0; i < batches; i++)
        {
            ref byte words = ref Unsafe.As<T, byte>(ref target);
            W even = Unsafe.ReadUnaligned<W>(ref words), odd = Unsafe.ReadUnaligned<W>(ref Unsafe.Add(ref words, Unsafe.SizeOf<W>()));
            distribution.Apply<W, F, D>(ref even, ref odd);
            Store<TDistribution, T, W, F, D>(even, odd, ref target);
            target = ref Unsafe.Add(ref target, W.Blocks * TDistribution.PerBlock);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<TDistribution, T, W, F, D>(W even, W odd, ref T target)
        where TDistribution : struct, IDistribution<T>
        where T : unmanaged
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        if (TDistribution.PerBlock == 2) W.Zip64(ref even, ref odd);
        else W.Zip32(ref even, ref odd);
        if (typeof(T) == typeof(byte)) W.StoreLowBytes(even, odd, ref Unsafe.As<T, byte>(ref target));
        else W.Store(even, odd, ref Unsafe.As<T, byte>(ref target));
    }
}
