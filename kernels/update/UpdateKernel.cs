using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// target = rule(target, source, first, second) over dense buffers in one pass. Every element goes through the same register code, tails included, so
/// its bits depend neither on its position nor on the cut between threads. Limit: memory bandwidth (Adam moves seven numbers an element).
/// </summary>
public static unsafe class UpdateKernel
{
    const int MinimumPerWorker = 8192;

    /// <summary>Runs the rule; buffers of states that it does not have may be null.</summary>
    public static void Run<TRule, T>(TRule rule, T* target, T* source, T* first, T* second, int count)
        where TRule : struct, IUpdateRule
        where T : unmanaged =>
        Workers.For(count, MinimumPerWorker, new Body<TRule, T>(rule, target, source, first, second));

    readonly struct Body<TRule, T>(TRule rule, T* target, T* source, T* first, T* second) : IRangeBody
        where TRule : struct, IUpdateRule
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            T* one = TRule.States > 0 ? first + start : null, two = TRule.States > 1 ? second + start : null;
            if (Vector512.IsHardwareAccelerated) Range<TRule, T, Lane512<T>>(rule, target + start, source + start, one, two, end - start);
            else if (Vector256.IsHardwareAccelerated) Range<TRule, T, Lane256<T>>(rule, target + start, source + start, one, two, end - start);
            else Range<TRule, T, Lane128<T>>(rule, target + start, source + start, one, two, end - start);
        }
    }

    static void Range<TRule, T, V>(TRule rule, T* target, T* source, T* first, T* second, int count)
        where TRule : struct, IUpdateRule
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        int i = 0;
        for (; i <= count - V.Count; i += V.Count) Register<TRule, T, V>(rule, target + i, source + i, first + i, second + i);
        if (i == count) return;
        T* tail = stackalloc T[4 * V.Count];
        int rest = count - i;
        Rows.Copy(target + i, tail, rest);
        Rows.Copy(source + i, tail + V.Count, rest);
        if (TRule.States > 0) Rows.Copy(first + i, tail + (2 * V.Count), rest);
        if (TRule.States > 1) Rows.Copy(second + i, tail + (3 * V.Count), rest);
        Register<TRule, T, V>(rule, tail, tail + V.Count, tail + (2 * V.Count), tail + (3 * V.Count));
        Rows.Copy(tail, target + i, rest);
        if (TRule.States > 0) Rows.Copy(tail + (2 * V.Count), first + i, rest);
        if (TRule.States > 1) Rows.Copy(tail + (3 * V.Count), second + i, rest);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    static void Register<TRule, T, V>(TRule rule, T* target, T* source, T* first, T* second)
        where TRule : struct, IUpdateRule
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        V one = TRule.States > 0 ? V.Load(ref *first) : V.From(0), two = TRule.States > 1 ? V.Load(ref *second) : V.From(0);
        V.Store(rule.Apply(V.Load(ref *target), V.Load(ref *source), ref one, ref two), ref *target);
        if (TRule.States > 0) V.Store(one, ref *first);
        if (TRule.States > 1) V.Store(two, ref *second);
    }
}
