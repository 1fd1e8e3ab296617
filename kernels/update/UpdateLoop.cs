using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>The loop of all updates at a chosen width. Every element goes through the same register code, tails included.</summary>
public static unsafe class UpdateLoop
{
    /// <summary>Moves the elements from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes, T, V>(in TLanes lanes, UpdateBuffers<T> buffers, int start, int end)
        where TLanes : struct, IUpdateLanes<V>
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        // A copy of its own, so that the constants stay in registers.
        TLanes rule = lanes;
        T* target = buffers.Target, source = buffers.Source, first = buffers.First, second = buffers.Second;
        nint i = start, whole = end - V.Count;
        for (; i <= whole; i += V.Count) Register<TLanes, T, V>(rule, target, source, first, second, i);
        if (i < end) Tail<TLanes, T, V>(in lanes, buffers, (int)i, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Register<TLanes, T, V>(TLanes rule, T* target, T* source, T* first, T* second, nint i)
        where TLanes : struct, IUpdateLanes<V>
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        V one = TLanes.States > 0 ? V.Load(ref first[i]) : V.From(0), two = TLanes.States > 1 ? V.Load(ref second[i]) : V.From(0);
        V.Store(rule.Apply(V.Load(ref target[i]), V.Load(ref source[i]), ref one, ref two), ref target[i]);
        if (TLanes.States > 0) V.Store(one, ref first[i]);
        if (TLanes.States > 1) V.Store(two, ref second[i]);
    }

    // Out of line: its frame and copies would weigh on the loop.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Tail<TLanes, T, V>(in TLanes rule, UpdateBuffers<T> buffers, int start, int end)
        where TLanes : struct, IUpdateLanes<V>
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        T* target = stackalloc T[4 * V.Count];
        T* source = target + V.Count, first = source + V.Count, second = first + V.Count;
        int count = end - start;
        Rows.Copy(buffers.Target + start, target, count);
        Rows.Copy(buffers.Source + start, source, count);
        if (TLanes.States > 0) Rows.Copy(buffers.First + start, first, count);
        if (TLanes.States > 1) Rows.Copy(buffers.Second + start, second, count);
        Register<TLanes, T, V>(rule, target, source, first, second, 0);
        Rows.Copy(target, buffers.Target + start, count);
        if (TLanes.States > 0) Rows.Copy(first, buffers.First + start, count);
        if (TLanes.States > 1) Rows.Copy(second, buffers.Second + start, count);
    }
}
