namespace Adjoint.Kernels;

/// <summary>Planes over which a window moves: an argument of CPU and GPU kernels.</summary>
public struct PoolShape
{
    /// <summary>Planes: images times channels.</summary>
    public int Planes { get; set; }

    /// <summary>Rows and columns of a plane.</summary>
    public int ImageRows { get; set; }

    /// <inheritdoc cref="ImageRows"/>
    public int ImageColumns { get; set; }

    /// <summary>Positions of the window.</summary>
    public int ResultRows { get; set; }

    /// <inheritdoc cref="ResultRows"/>
    public int ResultColumns { get; set; }

    /// <summary>Sizes of the window.</summary>
    public int WindowRows { get; set; }

    /// <inheritdoc cref="WindowRows"/>
    public int WindowColumns { get; set; }

    /// <summary>Steps of the window.</summary>
    public int RowStride { get; set; }

    /// <inheritdoc cref="RowStride"/>
    public int ColumnStride { get; set; }

    /// <summary>Places before the plane.</summary>
    public int RowsBefore { get; set; }

    /// <inheritdoc cref="RowsBefore"/>
    public int ColumnsBefore { get; set; }

    /// <summary>Steps between taps.</summary>
    public int RowDilation { get; set; }

    /// <inheritdoc cref="RowDilation"/>
    public int ColumnDilation { get; set; }

    /// <summary>Places of a plane.</summary>
    public readonly int ImageSize => ImageRows * ImageColumns;

    /// <summary>Positions of the window on a plane.</summary>
    public readonly int ResultSize => ResultRows * ResultColumns;

    /// <summary>The sizes of a window on planes.</summary>
    public static PoolShape Of(int planes, WindowAxis rows, WindowAxis columns) => new()
    {
        Planes = planes,
        ImageRows = rows.Image,
        ImageColumns = columns.Image,
        ResultRows = rows.Result,
        ResultColumns = columns.Result,
        WindowRows = rows.Window,
        WindowColumns = columns.Window,
        RowStride = rows.Stride,
        ColumnStride = columns.Stride,
        RowsBefore = rows.Before,
        ColumnsBefore = columns.Before,
        RowDilation = rows.Dilation,
        ColumnDilation = columns.Dilation,
    };
}
