using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Standardised rows with a scale and a shift a column, and the derivatives by rows, scale and shift. The derivative takes two launches: rows, which leave mean and 1/root of each row
/// behind, and columns, whose pieces <see cref="ColumnReduction"/> folds.
/// </summary>
public static class AffineNormKernels
{
    // The most warps of a block of Columns.
    const int MostWarps = 8;

    /// <summary>y = scale·(x - mean) / √(variance + ε) + shift for scale, shift [columns].</summary>
    public static void Forward<V, TTeam>(ArrayView<V> x, ArrayView<V> scale, ArrayView<V> shift, ArrayView<V> y, int rows, int columns, double epsilon)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        V inverse = NormKernels.Inverse<V>(columns);
        V mean = RowSums.Sum<V, TTeam, NumberTerm<V>>(new(x), start, columns) * inverse;
        V variance = RowSums.Sum<V, TTeam, DeviationTerm<V>>(new(x, mean), start, columns) * inverse;
        V root = V.From(1) / V.Sqrt(variance + V.From(epsilon));
        for (int i = TTeam.Member; i < columns; i += TTeam.Size) y[start + i] = V.MultiplyAdd((x[start + i] - mean) * root, scale[i], shift[i]);
    }

    /// <summary>The cotangent of x from that of y, and the statistics: means, roots [rows], a root being 1 / √(variance + ε).</summary>
    public static void Rows<V, TTeam>(
        ArrayView<V> t, ArrayView<V> x, ArrayView<V> scale, ArrayView<V> toX, ArrayView<V> means, ArrayView<V> roots, int rows, int columns, double epsilon)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        long row = TTeam.Row, start = row * columns;
        if (row >= rows) return;
        V inverse = NormKernels.Inverse<V>(columns);
        V mean = RowSums.Sum<V, TTeam, NumberTerm<V>>(new(x), start, columns) * inverse;
        V variance = (RowSums.Sum<V, TTeam, DeviationTerm<V>>(new(x, mean), start, columns) * inverse) + V.From(epsilon);
        V root = V.From(1) / V.Sqrt(variance);
        V sum = V.From(0), product = sum;
        for (int i = TTeam.Member; i < columns; i += TTeam.Size)
        {
            V factor = t[start + i] * scale[i];
            product = V.MultiplyAdd(factor, x[start + i] - mean, product);
            sum += factor;
        }

        V shift = TTeam.Fold(default(SumFold), sum) * inverse;
        V slope = -(TTeam.Fold(default(SumFold), product) * inverse / variance);
        for (int i = TTeam.Member; i < columns; i += TTeam.Size)
            toX[start + i] = V.MultiplyAdd(x[start + i] - mean, slope, (t[start + i] * scale[i]) - shift) * root;
        if (TTeam.Member != 0) return;
        means[row] = mean;
        roots[row] = root;
    }

    /// <summary>
    /// Cotangents of scale and shift, toScale, toShift [⌈rows / pieceRows⌉, columns], of the rows of a piece each. Launch as <see cref="ColumnReduction"/>.
    /// </summary>
    public static void Columns<V>(
        ArrayView<V> t, ArrayView<V> x, ArrayView<V> means, ArrayView<V> roots, ArrayView<V> toScale, ArrayView<V> toShift, int rows, int columns, int pieceRows)
        where V : unmanaged, ILane<V>
    {
        ArrayView<V> products = SharedMemory.Allocate<V>(MostWarps * WarpTeam.Threads), sums = SharedMemory.Allocate<V>(MostWarps * WarpTeam.Threads);
        int lane = WarpTeam.Member, warp = Group.IdxX / WarpTeam.Threads, warps = Group.DimX / WarpTeam.Threads;
        int column = (Grid.IdxX * WarpTeam.Threads) + lane;
        int first = Grid.IdxY * pieceRows, end = Math.Min(rows, first + pieceRows);
        V product = V.From(0), sum = product;
        if (column < columns)
        {
            for (int i = first + warp; i < end; i += warps)
            {
                long place = ((long)i * columns) + column;
                V cotangent = t[place];
                product = V.MultiplyAdd(cotangent, (x[place] - means[i]) * roots[i], product);
                sum += cotangent;
            }
        }

        products[Group.IdxX] = product;
        sums[Group.IdxX] = sum;
        Group.Barrier();
        if (warp != 0 || column >= columns) return;
        product = products[lane];
        sum = sums[lane];
        for (int other = 1; other < warps; other++)
        {
            product += products[(other * WarpTeam.Threads) + lane];
            sum += sums[(other * WarpTeam.Threads) + lane];
        }

        long target = ((long)Grid.IdxY * columns) + column;
        toScale[target] = product;
        toShift[target] = sum;
    }
}
