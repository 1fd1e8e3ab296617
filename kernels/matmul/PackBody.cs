namespace Adjoint.Kernels;

/// <summary>Packs B, or a block of it, into panels of NR columns, the last padded to whole vectors; a range is a range of panels.</summary>
readonly unsafe struct PackBody<TSimd, V, T>(MatMulShape shape, T* b, T* packed) : IRangeBody
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    static int NR => Panel<TSimd, V, T>.Columns;

    public void Run(int start, int end)
    {
        for (var panel = start; panel < end; panel++)
        {
            var columns = Math.Min(NR, shape.N - (panel * NR));
            Packing.Panel<TSimd, V, T>(b + (panel * NR * shape.BColumn), shape.BColumn, shape.BRow, columns, shape.K,
                packed + ((long)panel * NR * shape.K), Panel<TSimd, V, T>.Padded(columns));
        }
    }
}
