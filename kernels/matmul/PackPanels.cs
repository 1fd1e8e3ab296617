namespace Adjoint.Kernels;

/// <summary>Packs B, or a block of it, into panels of NR columns, the last padded to whole vectors.</summary>
static unsafe class PackPanels<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    static int NR => Panel<TSimd, V, T>.Columns;

    /// <summary>Packs the panels from one up to, not including, another; the first goes to the start of <paramref name="packed"/>.</summary>
    public static void Run(in MatMulShape shape, int start, int end, T* b, T* packed)
    {
        for (var panel = start; panel < end; panel++)
        {
            var columns = Math.Min(NR, shape.N - (panel * NR));
            Packing.Panel<TSimd, V, T>(b + (panel * NR * shape.BColumn), shape.BColumn, shape.BRow, columns, shape.K,
                packed + ((long)(panel - start) * NR * shape.K), Panel<TSimd, V, T>.Padded(columns));
        }
    }
}
