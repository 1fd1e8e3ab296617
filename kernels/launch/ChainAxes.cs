namespace Adjoint.Kernels;

/// <summary>
/// The size of an axis, and what replaces a division by it: n / Size is n · Multiplier shifted right by Shift, for every n below 2³¹.
/// </summary>
public struct ChainAxis
{
    /// <summary>Size in what a thread takes: an element, or along the innermost axis a pack of four.</summary>
    public int Size { get; set; }

    /// <summary>2^Shift / Size, rounded up.</summary>
    public uint Multiplier { get; set; }

    /// <summary>31 and the bits of Size - 1.</summary>
    public int Shift { get; set; }

    /// <summary>An axis of a size; one of 0, along which nothing runs, counts as 1.</summary>
    public static ChainAxis Of(int size)
    {
        size = Math.Max(1, size);
        int shift = 63 - int.LeadingZeroCount(size - 1);
        return new ChainAxis { Size = size, Multiplier = (uint)(((1UL << shift) + (uint)size - 1) / (uint)size), Shift = shift };
    }
}

/// <summary>The axes of a chain that has inputs with steps, from the innermost outwards, as a kernel's argument. The outermost and those beyond are all zeros, by which
/// a division leaves nothing.</summary>
public struct ChainAxes
{
    /// <summary>The most axes.</summary>
    public const int MaxRank = 8;

    /// <summary>How many there are, 1 to 8.</summary>
    public int Rank { get; set; }

    /// <summary>Axis 0 from the innermost.</summary>
    public ChainAxis Axis0 { get; set; }

    /// <summary>Axis 1 from the innermost.</summary>
    public ChainAxis Axis1 { get; set; }

    /// <summary>Axis 2 from the innermost.</summary>
    public ChainAxis Axis2 { get; set; }

    /// <summary>Axis 3 from the innermost.</summary>
    public ChainAxis Axis3 { get; set; }

    /// <summary>Axis 4 from the innermost.</summary>
    public ChainAxis Axis4 { get; set; }

    /// <summary>Axis 5 from the innermost.</summary>
    public ChainAxis Axis5 { get; set; }

    /// <summary>Axis 6 from the innermost.</summary>
    public ChainAxis Axis6 { get; set; }

    /// <summary>Axes of sizes that are given from the innermost outwards.</summary>
    internal static ChainAxes Of(ReadOnlySpan<int> sizes)
    {
        ChainAxes axes = new() { Rank = sizes.Length };
        if (sizes.Length > 1) axes.Axis0 = ChainAxis.Of(sizes[0]);
        if (sizes.Length > 2) axes.Axis1 = ChainAxis.Of(sizes[1]);
        if (sizes.Length > 3) axes.Axis2 = ChainAxis.Of(sizes[2]);
        if (sizes.Length > 4) axes.Axis3 = ChainAxis.Of(sizes[3]);
        if (sizes.Length > 5) axes.Axis4 = ChainAxis.Of(sizes[4]);
        if (sizes.Length > 6) axes.Axis5 = ChainAxis.Of(sizes[5]);
        if (sizes.Length > 7) axes.Axis6 = ChainAxis.Of(sizes[6]);
        return axes;
    }
}

/// <summary>
/// How an input lies along the axes of a chain, as a kernel's argument: distances of neighbours, in elements, or in packs of four where it is read so. Places are never below 0: the view begins at the
/// lowest element that is read.
/// </summary>
public struct ChainSteps
{
    /// <summary>Place of the chain's first element in the view.</summary>
    public int Start { get; set; }

    /// <summary>Distance along axis 0 from the innermost.</summary>
    public int Step0 { get; set; }

    /// <summary>Distance along axis 1.</summary>
    public int Step1 { get; set; }

    /// <summary>Distance along axis 2.</summary>
    public int Step2 { get; set; }

    /// <summary>Distance along axis 3.</summary>
    public int Step3 { get; set; }

    /// <summary>Distance along axis 4.</summary>
    public int Step4 { get; set; }

    /// <summary>Distance along axis 5.</summary>
    public int Step5 { get; set; }

    /// <summary>Distance along axis 6.</summary>
    public int Step6 { get; set; }

    /// <summary>Distance along axis 7.</summary>
    public int Step7 { get; set; }

    /// <summary>Steps that are given from the innermost axis outwards.</summary>
    internal static ChainSteps Of(int start, ReadOnlySpan<int> steps) => new()
    {
        Start = start,
        Step0 = At(steps, 0),
        Step1 = At(steps, 1),
        Step2 = At(steps, 2),
        Step3 = At(steps, 3),
        Step4 = At(steps, 4),
        Step5 = At(steps, 5),
        Step6 = At(steps, 6),
        Step7 = At(steps, 7),
    };

    static int At(ReadOnlySpan<int> steps, int axis) => axis < steps.Length ? steps[axis] : 0;
}
