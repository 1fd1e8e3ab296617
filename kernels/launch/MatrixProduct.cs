namespace Adjoint.Kernels;

/// <summary>
/// Sizes and strides of a batch of matrix products, target [rows, columns] = left [rows, inner] · right [inner, columns]: an argument of the kernels. Strides are in elements;
/// a transposed operand has its two strides exchanged, one that is repeated over the batch the batch stride 0. Targets are dense.
/// </summary>
public struct MatrixProduct
{
    /// <summary>Distance of the left operands of neighbouring products.</summary>
    public long LeftBatchStep { get; set; }

    /// <summary>Distance of the right operands of neighbouring products.</summary>
    public long RightBatchStep { get; set; }

    /// <summary>Rows of the target.</summary>
    public int Rows { get; set; }

    /// <summary>Columns of the target.</summary>
    public int Columns { get; set; }

    /// <summary>Length of the sums.</summary>
    public int Inner { get; set; }

    /// <summary>Distance of neighbouring rows of the left operand.</summary>
    public int LeftRowStep { get; set; }

    /// <summary>Distance of neighbours in a row of the left operand.</summary>
    public int LeftInnerStep { get; set; }

    /// <summary>Distance of neighbouring rows of the right operand.</summary>
    public int RightInnerStep { get; set; }

    /// <summary>Distance of neighbours in a row of the right operand.</summary>
    public int RightColumnStep { get; set; }

    /// <summary>Not 0 where a bias, one number a column, is added before the finish.</summary>
    public int HasBias { get; set; }

    /// <summary>Not 0 where the bias is one number a row instead; kernels of vectors alone take it.</summary>
    public int HasRowBias { get; set; }

    /// <summary>Not 0 where the finished result is added to what the target holds.</summary>
    public int Accumulates { get; set; }

    /// <summary>
    /// Above 1 where sums are cut into as many pieces, each computed as a product of its own: the target then has [batch, pieces, rows, columns], and <c>matmul_fold</c> adds them up.
    /// </summary>
    public int Pieces { get; set; }

    /// <summary>Length of all pieces but the last, a multiple of 128.</summary>
    public int PieceInner { get; set; }

    /// <summary>Not 0 where four neighbours in a row of the target may be written at once: columns and the target's address in elements are multiples of 4.</summary>
    public int StoresFours { get; set; }

    /// <summary>One product of dense operands.</summary>
    public static MatrixProduct Dense(int rows, int columns, int inner) => new()
    {
        Rows = rows,
        Columns = columns,
        Inner = inner,
        LeftRowStep = inner,
        LeftInnerStep = 1,
        RightInnerStep = columns,
        RightColumnStep = 1,
        LeftBatchStep = (long)rows * inner,
        RightBatchStep = (long)inner * columns,
        StoresFours = columns % 4 == 0 ? 1 : 0,
    };
}
