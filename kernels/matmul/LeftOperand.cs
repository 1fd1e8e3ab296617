namespace Adjoint.Kernels;

/// <summary>A as the register tiles read it: in place where it is contiguous along rows or columns, else packed in slivers of one tile's height.</summary>
readonly unsafe struct LeftOperand<T> where T : unmanaged
{
    const int MostBytesApart = 2048;

    readonly T* start;
    readonly nint rowStep;
    readonly nint stride;
    readonly bool isPacked;

    LeftOperand(T* start, nint rowStep, nint stride, bool alongRows, bool isPacked)
    {
        this.start = start;
        this.rowStep = rowStep;
        this.stride = stride;
        AlongRows = alongRows;
        this.isPacked = isPacked;
    }

    public static bool FitsInPlace(in MatMulShape shape) => shape.AColumn == 1 || shape.ARow == 1;

    /// <summary>
    /// Whether a large A is better read where it lies: a tile's lines are then near each other, in few pages and in different sets of the first cache level. Lines 8 KB apart displace each other.
    /// </summary>
    public static bool IsNear(in MatMulShape shape) => FitsInPlace(shape) && Math.Abs(shape.AColumn == 1 ? shape.ARow : shape.AColumn) * sizeof(T) <= MostBytesApart;

    public static LeftOperand<T> InPlace(in MatMulShape shape, T* a) =>
        shape.AColumn == 1 ? new(a, shape.ARow, shape.ARow, true, false) : new(a, 1, shape.AColumn, false, false);

    public static LeftOperand<T> Packed(T* packed, int k) => new(packed, k, 0, false, true);

    public bool AlongRows { get; }

    public T* At(int row) => start + (row * rowStep);

    public nint TileStep(int height) => height * rowStep;

    public nint Stride(int height) => isPacked ? height : stride;
}
