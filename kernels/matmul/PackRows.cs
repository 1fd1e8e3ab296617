namespace Adjoint.Kernels;

/// <summary>Packs rows of A into slivers, one for each tile of a cut.</summary>
static unsafe class PackRows<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    /// <summary>The rows of a cut, which start at <paramref name="a"/>, in this thread's room for them.</summary>
    public static LeftOperand<T> Run(in MatMulShape shape, in RowTiles cut, T* a)
    {
        T* packed = Scratch.Left<T>((long)cut.Row(cut.Count) * shape.K);
        for (var tile = 0; tile < cut.Count; tile++)
        {
            var row = cut.Row(tile);
            var height = cut.Row(tile + 1) - row;
            Packing.Panel<TSimd, V, T>(a + (row * shape.ARow), shape.ARow, shape.AColumn, height, shape.K, packed + ((long)row * shape.K), height);
        }

        return LeftOperand<T>.Packed(packed, shape.K);
    }
}
