namespace Adjoint.Kernels;

/// <summary>
/// Sizes and strides, in elements, of C[m,n] = A[m,k]·B[k,n]. A and B may have any strides (transposed, sliced, broadcast by 0, reversed);
/// C has unit column stride.
/// </summary>
/// <param name="m">Rows of A and C.</param>
/// <param name="n">Columns of B and C.</param>
/// <param name="k">Columns of A, rows of B.</param>
/// <param name="aRow">Step from one row of A to the next.</param>
/// <param name="aColumn">Step from one column of A to the next.</param>
/// <param name="bRow">Step from one row of B to the next.</param>
/// <param name="bColumn">Step from one column of B to the next.</param>
/// <param name="cRow">Step from one row of C to the next.</param>
public readonly struct MatMulShape(int m, int n, int k, long aRow, long aColumn, long bRow, long bColumn, long cRow)
{
    public int M { get; } = m;

    public int N { get; } = n;

    public int K { get; } = k;

    public nint ARow { get; } = (nint)aRow;

    public nint AColumn { get; } = (nint)aColumn;

    public nint BRow { get; } = (nint)bRow;

    public nint BColumn { get; } = (nint)bColumn;

    public nint CRow { get; } = (nint)cRow;

    /// <summary>
    /// How many numbers of the operands the cores that share the product have in caches of their own, since they shared others with them before: a product that would not pay for fetching them is then worth
    /// a second thread.
    /// </summary>
    public long Resident { get; init; }

    /// <summary>Multiplications in the product.</summary>
    public long Work => (long)M * N * K;
}
