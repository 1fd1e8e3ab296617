namespace Adjoint.Kernels;

/// <summary>A as the register tiles read it: in place where it is contiguous along rows or columns, else packed in slivers of one tile's height.</summary>
readonly unsafe struct LeftOperand<T> where T : unmanaged
{
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

    public static LeftOperand<T> InPlace(in MatMulShape shape, T* a) =>
        shape.AColumn == 1 ? new(a, shape.ARow, shape.ARow, true, false) : new(a, 1, shape.AColumn, false, false);

    public static LeftOperand<T> Packed(T* packed, int k) => new(packed, k, 0, false, true);

    public bool AlongRows { get; }

    public T* At(int row) => start + (row * rowStep);

    public nint TileStep(int height) => height * rowStep;

    public nint Stride(int height) => isPacked ? height : stride;
}
