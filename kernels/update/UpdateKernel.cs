using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// target = rule(target, source, first, second) over dense buffers in one pass. An element's bits depend neither on its position nor on the width nor on the
/// cut between threads. Limit: memory bandwidth (Adam moves seven numbers an element), then the unit that divides and takes roots.
/// </summary>
public static unsafe class UpdateKernel
{
    // Pieces end at cache lines, so that threads share none and only the last has a tail.
    const int Block = 128;

    // Parameters that another core reads and gradients that it wrote cross between caches, at more than the pass costs: worth it only where the buffers outgrow a cache.
    const int MinimumPerWorker = 32768 / Block;

    /// <summary>Runs a rule over the first <paramref name="count"/> elements.</summary>
    public static void Run<TRule, T>(TRule rule, in UpdateBuffers<T> buffers, int count)
        where TRule : struct, IUpdateRule
        where T : unmanaged =>
        Workers.For((int)(((long)count + Block - 1) / Block), MinimumPerWorker, new Body<TRule, T>(rule, buffers, count));

    readonly struct Body<TRule, T>(TRule rule, UpdateBuffers<T> buffers, int count) : IRangeBody
        where TRule : struct, IUpdateRule
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            int from = start * Block, to = (int)Math.Min((long)end * Block, count);
            if (Vector512.IsHardwareAccelerated) rule.Run<T, Lane512<T>>(in buffers, from, to);
            else if (Vector256.IsHardwareAccelerated) rule.Run<T, Lane256<T>>(in buffers, from, to);
            else rule.Run<T, Lane128<T>>(in buffers, from, to);
        }
    }
}
