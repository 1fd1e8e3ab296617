namespace Adjoint.Kernels;

/// <summary>Where the operands of a column of register tiles lie.</summary>
readonly unsafe struct TileOperands<T> where T : unmanaged
{
    /// <summary>First factor of the first tile.</summary>
    public T* A { get; init; }

    /// <summary>Step from one tile's factors to those of the tile below.</summary>
    public nint ATile { get; init; }

    /// <summary>Step from row to row where factors lie along rows, from column to column where they lie along columns.</summary>
    public nint AStride { get; init; }

    /// <summary>Rows of whole vectors, readable, though not used, behind the columns of C.</summary>
    public T* B { get; init; }

    public nint BRow { get; init; }

    public T* C { get; init; }

    public nint CRow { get; init; }

    public int K { get; init; }

    public bool Accumulate { get; init; }
}
