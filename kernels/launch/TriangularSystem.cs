namespace Adjoint.Kernels;

/// <summary>A batch of triangular systems on a device: an argument of kernels. Starts and steps are in elements.</summary>
public struct TriangularSystem
{
    /// <summary>First element of the first triangle.</summary>
    public long Start { get; set; }

    /// <summary>Distance of neighbouring triangles; 0 for one that all share.</summary>
    public long BatchStep { get; set; }

    /// <summary>First element of the first right-hand side.</summary>
    public long TargetStart { get; set; }

    /// <summary>Distance of the right-hand sides of neighbouring systems.</summary>
    public long TargetBatchStep { get; set; }

    /// <summary>Rows and columns of a triangle.</summary>
    public int Order { get; set; }

    /// <summary>Right-hand sides of a system.</summary>
    public int Columns { get; set; }

    /// <summary>Systems.</summary>
    public int Batch { get; set; }

    /// <summary>Distance of neighbouring rows of a triangle.</summary>
    public int RowStep { get; set; }

    /// <summary>Distance of neighbours in a row of a triangle.</summary>
    public int ColumnStep { get; set; }

    /// <summary>Distance of neighbouring rows of right-hand sides.</summary>
    public int TargetRowStep { get; set; }

    /// <summary>Distance of neighbouring right-hand sides.</summary>
    public int TargetColumnStep { get; set; }

    /// <summary>Not 0 for numbers on and below the diagonal, else on and above.</summary>
    public int IsLower { get; set; }

    /// <summary>Not 0 where ones are on the diagonal, whatever is stored there.</summary>
    public int HasUnitDiagonal { get; set; }
}
