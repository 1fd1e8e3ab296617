namespace Adjoint.Kernels;

/// <summary>Packs rows of A into slivers, one for each tile of a cut.</summary>
static unsafe class PackRows<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    public static void Run(in MatMulShape shape, in RowTiles cut, T* a, int k, T* packed)
    {
        for (var tile = 0; tile < cut.Count; tile++)
        {
            var row = cut.Row(tile);
            var height = cut.Row(tile + 1) - row;
            Packing.Panel<TSimd, V, T>(a + (row * shape.ARow), shape.ARow, shape.AColumn, height, k, packed + ((long)row * k), height);
        }
    }
}
