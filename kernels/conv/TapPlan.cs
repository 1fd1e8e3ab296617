namespace Adjoint.Kernels;

/// <summary>
/// How a convolution, or its gradient to the image, is cut: into parts of an image for which the planes fit the second cache level, and, for each phase of the target, into the taps
/// that it sees. target[m, i, j] = Σ_c Σ_t weight[m, c, t] · plane[c, shift_t + (i, j)], in the order of c and t.
/// </summary>
readonly unsafe struct TapPlan
{
    // Numbers of the planes of one part: a share of the second cache level.
    const int PlaneNumbers = 48 * 1024;

    // Fewer targets than this in a part would leave panels empty.
    const int LeastTargets = 96;

    const int PartsPerThread = 4;

    readonly AxisTaps rows, columns;
    readonly int* offsets, indices, starts;

    /// <summary>The plan; its tables lie in this thread's room for them.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="isTransposed">Whether the image is the target.</param>
    /// <param name="extra">Numbers that may be read behind a row.</param>
    public TapPlan(in ConvolutionShape shape, bool isTransposed, int extra)
    {
        rows = new AxisTaps(shape.Rows, isTransposed);
        columns = new AxisTaps(shape.Columns, isTransposed);
        Channels = isTransposed ? shape.Outputs : shape.Inputs;
        Targets = isTransposed ? shape.Inputs : shape.Outputs;
        TargetStep = isTransposed ? shape.Taps : shape.Inputs * shape.Taps;
        ChannelStep = isTransposed ? shape.Inputs * shape.Taps : shape.Taps;
        WeightsOfGroup = shape.Inputs * shape.Outputs * shape.Taps;
        int planes = Channels * rows.Planes * columns.Planes;
        long row = Math.Max(1, PlaneNumbers / ((long)planes * (1 + rows.LargestShift)));
        PartColumns = (int)Math.Clamp(row - columns.LargestShift, Math.Min(columns.Count, LeastTargets), Math.Max(1, columns.Count));
        PlaneColumns = PartColumns + columns.LargestShift;
        long height = (PlaneNumbers / ((long)planes * PlaneColumns)) - rows.LargestShift;
        int wanted = (int)Math.Min(int.MaxValue, (long)shape.Images * shape.Groups * rows.Count / Math.Max(1, PartsPerThread * Workers.Threads));
        int least = (LeastTargets + columns.Count - 1) / Math.Max(1, columns.Count);
        PartRows = PartColumns < columns.Count ? 1 : (int)Math.Clamp(Math.Min(height, Math.Max(wanted, least)), 1, Math.Max(1, rows.Count));
        PlaneRows = PartRows + rows.LargestShift;
        ChannelSize = rows.Planes * columns.Planes * PlaneRows * PlaneColumns;
        PlaneCount = ((long)Channels * ChannelSize) + extra;
        PartsDown = (rows.Count + PartRows - 1) / PartRows;
        PartsAcross = (columns.Count + PartColumns - 1) / PartColumns;

        int taps = shape.Taps, phases = rows.Phases * columns.Phases;
        int* tables = ConvolutionScratch.Get<int>(Room.Taps, (2 * taps) + phases + 1);
        offsets = tables;
        indices = tables + taps;
        starts = tables + (2 * taps);
        int place = 0;
        for (int phase = 0; phase < phases; phase++)
        {
            starts[phase] = place;
            for (int tap = 0; tap < taps; tap++)
            {
                int down = tap / shape.Columns.Window, across = tap - (down * shape.Columns.Window);
                if ((rows.Phase(down) * columns.Phases) + columns.Phase(across) != phase) continue;
                indices[place] = tap;
                offsets[place++] = (((((rows.Plane(down) * columns.Planes) + columns.Plane(across)) * PlaneRows) + rows.Shift(down)) * PlaneColumns) + columns.Shift(across);
            }
        }

        starts[phases] = place;
    }

    /// <summary>Channels of the source in a group.</summary>
    public int Channels { get; }

    /// <summary>Channels of the target in a group.</summary>
    public int Targets { get; }

    /// <summary>Step in the weights from one channel of the target to the next.</summary>
    public int TargetStep { get; }

    /// <summary>Step in the weights from one channel of the source to the next.</summary>
    public int ChannelStep { get; }

    /// <summary>Weights of a group.</summary>
    public int WeightsOfGroup { get; }

    /// <summary>Most rows and columns of targets of a phase in a part; a part that is not of whole rows has one row.</summary>
    public int PartRows { get; }

    public int PartColumns { get; }

    /// <summary>Rows and columns of a plane.</summary>
    public int PlaneRows { get; }

    public int PlaneColumns { get; }

    /// <summary>Numbers of a channel's planes, and of all.</summary>
    public int ChannelSize { get; }

    public long PlaneCount { get; }

    public int PartsDown { get; }

    public int PartsAcross { get; }

    /// <summary>Parts of an image and a group.</summary>
    public int Parts => PartsDown * PartsAcross;

    public int Phases => rows.Phases * columns.Phases;

    public AxisTaps Rows => rows;

    public AxisTaps Columns => columns;

    /// <summary>Taps that a phase sees.</summary>
    public int TapsOf(int phase) => starts[phase + 1] - starts[phase];

    /// <summary>Taps of earlier phases.</summary>
    public int TapsBefore(int phase) => starts[phase];

    /// <summary>Places of a phase's taps in a channel's planes.</summary>
    public int* Offsets(int phase) => offsets + starts[phase];

    /// <summary>Places of a phase's taps in the weight.</summary>
    public int* Indices(int phase) => indices + starts[phase];

    /// <summary>The rectangle of targets of a part.</summary>
    public Rectangle Part(int part)
    {
        int row = part / PartsAcross * PartRows, column = part % PartsAcross * PartColumns;
        return new Rectangle(row, Math.Min(rows.Count, row + PartRows), column, Math.Min(columns.Count, column + PartColumns));
    }

    /// <summary>The same for a phase, whose last row or column may be missing.</summary>
    public Rectangle Clip(Rectangle part, int phase) => part with
    {
        EndRow = Math.Min(part.EndRow, rows.CountOf(phase / columns.Phases)),
        EndColumn = Math.Min(part.EndColumn, columns.CountOf(phase % columns.Phases)),
    };
}

/// <summary>Rows and columns from a first to before an end.</summary>
readonly record struct Rectangle(int Row, int EndRow, int Column, int EndColumn)
{
    public int Height => Math.Max(0, EndRow - Row);

    public int Width => Math.Max(0, EndColumn - Column);

    public int Count => Height * Width;
}
