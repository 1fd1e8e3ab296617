using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Where taps read.</summary>
static class TapPlaces
{
    /// <summary>The number at a place of a channel that is given before division by the stride; zero where no number is.</summary>
    public static V Read<V>(ArrayView<V> source, long channel, int row, int column, in TapSizes sizes) where V : unmanaged, ILane<V>
    {
        if (row < 0 || column < 0) return V.From(0);
        int i = row / sizes.RowDivisor, j = column / sizes.ColumnDivisor;
        bool isInside = i * sizes.RowDivisor == row && j * sizes.ColumnDivisor == column && i < sizes.SourceRows && j < sizes.SourceColumns;
        return isInside ? source[channel + ((long)i * sizes.SourceColumns) + j] : V.From(0);
    }
}
