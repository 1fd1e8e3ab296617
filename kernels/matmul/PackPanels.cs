namespace Adjoint.Kernels;

/// <summary>Packs B, or a block of it, into panels of NR columns, the last padded to whole vectors.</summary>
static unsafe class PackPanels<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    static int NR => Panel<TSimd, V, T>.Columns;

    /// <summary>The panels of a range, packed by this thread: once, if its next call has the same tag.</summary>
    public static T* Held(in MatMulShape shape, int start, int end, T* b, long tag)
    {
        if (Scratch.TryRight(tag, out T* panels)) return panels;
        panels = Scratch.Right<T>((long)(end - start) * NR * shape.K, tag);
        Run(shape, start, end, b, panels);
        return panels;
    }

    // The first panel goes to the start.
    static void Run(in MatMulShape shape, int start, int end, T* b, T* packed)
    {
        for (var panel = start; panel < end; panel++)
        {
            var columns = Math.Min(NR, shape.N - (panel * NR));
            Packing.Panel<TSimd, V, T>(b + (panel * NR * shape.BColumn), shape.BColumn, shape.BRow, columns, shape.K,
                packed + ((long)(panel - start) * NR * shape.K), Panel<TSimd, V, T>.Padded(columns));
        }
    }
}
