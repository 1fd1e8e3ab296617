namespace Adjoint.Kernels;

/// <summary>
/// A convolution or its transposed form as the kernels see it: target [images, groups·targets, target positions] from source [images, groups·channels, source positions]. A target
/// at row i reads, through row p of the window, source row (i·RowStep + RowStart + p·RowTap) / RowDivisor where that is whole and inside; columns likewise.
/// </summary>
public struct TapSizes
{
    /// <summary>Images.</summary>
    public int Images { get; set; }

    /// <summary>Groups of channels.</summary>
    public int Groups { get; set; }

    /// <summary>Channels of the source in a group.</summary>
    public int Channels { get; set; }

    /// <summary>Channels of the target in a group.</summary>
    public int Targets { get; set; }

    /// <summary>Rows of the source.</summary>
    public int SourceRows { get; set; }

    /// <summary>Columns of the source.</summary>
    public int SourceColumns { get; set; }

    /// <summary>Rows of the target.</summary>
    public int TargetRows { get; set; }

    /// <summary>Columns of the target.</summary>
    public int TargetColumns { get; set; }

    /// <summary>Rows of the window.</summary>
    public int WindowRows { get; set; }

    /// <summary>Columns of the window.</summary>
    public int WindowColumns { get; set; }

    /// <summary>Source rows from one target row to the next, before division.</summary>
    public int RowStep { get; set; }

    /// <summary>Source row of the first target row and the first tap, before division.</summary>
    public int RowStart { get; set; }

    /// <summary>Source rows from one tap to the next, before division.</summary>
    public int RowTap { get; set; }

    /// <summary>Divisor of source rows.</summary>
    public int RowDivisor { get; set; }

    /// <summary>Source columns from one target column to the next, before division.</summary>
    public int ColumnStep { get; set; }

    /// <summary>Source column of the first target column and the first tap, before division.</summary>
    public int ColumnStart { get; set; }

    /// <summary>Source columns from one tap to the next, before division.</summary>
    public int ColumnTap { get; set; }

    /// <summary>Divisor of source columns.</summary>
    public int ColumnDivisor { get; set; }

    /// <summary>Step in the weight from one channel of the target to the next.</summary>
    public int TargetStep { get; set; }

    /// <summary>Step in the weight from one channel of the source to the next.</summary>
    public int ChannelStep { get; set; }

    /// <summary>Not 0 where a bias, one number a channel of the target, is added.</summary>
    public int HasBias { get; set; }

    /// <summary>The sizes of a convolution, or of the transposed form, whose target is the image.</summary>
    public static TapSizes Of(in ConvolutionShape shape, bool isTransposed, bool hasBias)
    {
        WindowAxis rows = shape.Rows, columns = shape.Columns;
        int taps = shape.Taps;
        return new TapSizes
        {
            Images = shape.Images,
            Groups = shape.Groups,
            Channels = isTransposed ? shape.Outputs : shape.Inputs,
            Targets = isTransposed ? shape.Inputs : shape.Outputs,
            SourceRows = isTransposed ? rows.Result : rows.Image,
            SourceColumns = isTransposed ? columns.Result : columns.Image,
            TargetRows = isTransposed ? rows.Image : rows.Result,
            TargetColumns = isTransposed ? columns.Image : columns.Result,
            WindowRows = rows.Window,
            WindowColumns = columns.Window,
            RowStep = isTransposed ? 1 : rows.Stride,
            RowStart = isTransposed ? rows.Before : -rows.Before,
            RowTap = isTransposed ? -rows.Dilation : rows.Dilation,
            RowDivisor = isTransposed ? rows.Stride : 1,
            ColumnStep = isTransposed ? 1 : columns.Stride,
            ColumnStart = isTransposed ? columns.Before : -columns.Before,
            ColumnTap = isTransposed ? -columns.Dilation : columns.Dilation,
            ColumnDivisor = isTransposed ? columns.Stride : 1,
            TargetStep = isTransposed ? taps : shape.Inputs * taps,
            ChannelStep = isTransposed ? shape.Inputs * taps : taps,
            HasBias = hasBias ? 1 : 0,
        };
    }
}
