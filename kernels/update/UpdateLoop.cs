using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>The loop of all updates at a chosen width. Every element goes through the same register code, tails included.</summary>
public static unsafe class UpdateLoop
{
    // Sixteen lines.
    const int BlockBytes = 16 * CacheLines.Bytes;

    /// <summary>Moves the elements from <paramref name="start"/> up to <paramref name="end"/>, and their average if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes, T, V>(in TLanes lanes, in UpdateBuffers<T> buffers, int start, int end)
        where TLanes : struct, IUpdateLanes<V>
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        double weight = buffers.AverageWeight;
        if (buffers.Average == null) Choose<TLanes, NoAverage<V>, T, V>(in lanes, default, in buffers, start, end);
        else if (weight < 0.5) Choose<TLanes, FromTarget<V>, T, V>(in lanes, new FromTarget<V>(weight), in buffers, start, end);
        else Choose<TLanes, FromSource<V>, T, V>(in lanes, new FromSource<V>(1 - weight), in buffers, start, end);
    }

    static void Choose<TLanes, TAverage, T, V>(in TLanes lanes, in TAverage average, in UpdateBuffers<T> buffers, int start, int end)
        where TLanes : struct, IUpdateLanes<V>
        where TAverage : struct, IUpdateLanes<V>
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        if (buffers.Addend == null) Blocks<TLanes, TAverage, OneSource, T, V>(in lanes, in average, in buffers, start, end);
        else Blocks<TLanes, TAverage, TwoSources, T, V>(in lanes, in average, in buffers, start, end);
    }

    // Parameters that several threads have read are claimed a block ahead; states and averages are each thread's own.
    static void Blocks<TLanes, TAverage, TSources, T, V>(in TLanes lanes, in TAverage average, in UpdateBuffers<T> buffers, int start, int end)
        where TLanes : struct, IUpdateLanes<V>
        where TAverage : struct, IUpdateLanes<V>
        where TSources : struct
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        if (Workers.Threads == 1)
        {
            Range<TLanes, TAverage, TSources, T, V>(in lanes, in average, in buffers, start, end);
            return;
        }

        int block = BlockBytes / sizeof(T), claimed = Math.Min(end, start + block);
        CacheLines.Claim(buffers.Target + start, claimed - start);
        while (start < end)
        {
            int ready = claimed;
            claimed = Math.Min(end, claimed + block);
            CacheLines.Claim(buffers.Target + ready, claimed - ready);
            Range<TLanes, TAverage, TSources, T, V>(in lanes, in average, in buffers, start, ready);
            start = ready;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Range<TLanes, TAverage, TSources, T, V>(in TLanes lanes, in TAverage average, in UpdateBuffers<T> buffers, int start, int end)
        where TLanes : struct, IUpdateLanes<V>
        where TAverage : struct, IUpdateLanes<V>
        where TSources : struct
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        // Copies of its own, so that the constants stay in registers.
        TLanes rule = lanes;
        TAverage follower = average;
        T* target = buffers.Target, source = buffers.Source, addend = buffers.Addend, first = buffers.First, second = buffers.Second, mean = buffers.Average;
        nint i = start, whole = end - V.Count;
        for (; i <= whole; i += V.Count) Register<TLanes, TAverage, TSources, T, V>(rule, follower, target, source, addend, first, second, mean, i);
        if (i < end) Tail<TLanes, TAverage, TSources, T, V>(in lanes, in average, in buffers, (int)i, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Register<TLanes, TAverage, TSources, T, V>(TLanes rule, TAverage average, T* target, T* source, T* addend, T* first, T* second, T* mean, nint i)
        where TLanes : struct, IUpdateLanes<V>
        where TAverage : struct, IUpdateLanes<V>
        where TSources : struct
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        V none = V.From(0), one = TLanes.States > 0 ? V.Load(ref first[i]) : none, two = TLanes.States > 1 ? V.Load(ref second[i]) : none;
        V gradient = V.Load(ref source[i]);
        if (typeof(TSources) == typeof(TwoSources)) gradient += V.Load(ref addend[i]);
        V moved = rule.Apply(V.Load(ref target[i]), gradient, ref one, ref two);
        V.Store(moved, ref target[i]);
        if (TLanes.States > 0) V.Store(one, ref first[i]);
        if (TLanes.States > 1) V.Store(two, ref second[i]);
        if (typeof(TAverage) != typeof(NoAverage<V>)) V.Store(average.Apply(V.Load(ref mean[i]), moved, ref none, ref none), ref mean[i]);
    }

    // Out of line: its frame and copies would weigh on the loop.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Tail<TLanes, TAverage, TSources, T, V>(in TLanes rule, in TAverage average, in UpdateBuffers<T> buffers, int start, int end)
        where TLanes : struct, IUpdateLanes<V>
        where TAverage : struct, IUpdateLanes<V>
        where TSources : struct
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        T* target = stackalloc T[6 * V.Count];
        T* source = target + V.Count, addend = source + V.Count, first = addend + V.Count, second = first + V.Count, mean = second + V.Count;
        int count = end - start;
        Rows.Copy(buffers.Target + start, target, count);
        Rows.Copy(buffers.Source + start, source, count);
        if (typeof(TSources) == typeof(TwoSources)) Rows.Copy(buffers.Addend + start, addend, count);
        if (TLanes.States > 0) Rows.Copy(buffers.First + start, first, count);
        if (TLanes.States > 1) Rows.Copy(buffers.Second + start, second, count);
        if (typeof(TAverage) != typeof(NoAverage<V>)) Rows.Copy(buffers.Average + start, mean, count);
        Register<TLanes, TAverage, TSources, T, V>(rule, average, target, source, addend, first, second, mean, 0);
        Rows.Copy(target, buffers.Target + start, count);
        if (TLanes.States > 0) Rows.Copy(first, buffers.First + start, count);
        if (TLanes.States > 1) Rows.Copy(second, buffers.Second + start, count);
        if (typeof(TAverage) != typeof(NoAverage<V>)) Rows.Copy(mean, buffers.Average + start, count);
    }

    readonly struct OneSource;

    readonly struct TwoSources;
}
