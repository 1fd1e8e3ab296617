namespace Adjoint.Kernels;

/// <summary>
/// One axis of a convolution, seen from its targets. The source is split into planes, one for each of its <see cref="Planes"/> residues, so that a tap is a shift within a plane
/// whatever the stride. The targets of the transposed form are split into <see cref="Phases"/>, each of which sees taps of its own.
/// </summary>
readonly struct AxisTaps
{
    readonly WindowAxis axis;
    readonly bool isTransposed;
    readonly int lowest;

    /// <summary>The axis with the result as target, or the image.</summary>
    public AxisTaps(WindowAxis axis, bool isTransposed)
    {
        this.axis = axis;
        this.isTransposed = isTransposed;
        if (!isTransposed)
        {
            LargestShift = (axis.Window - 1) * axis.Dilation / axis.Stride;
            return;
        }

        int highest = int.MinValue;
        lowest = int.MaxValue;
        for (int tap = 0; tap < axis.Window; tap++)
        {
            int shift = Quotient(tap);
            lowest = Math.Min(lowest, shift);
            highest = Math.Max(highest, shift);
        }

        LargestShift = highest - lowest;
    }

    /// <summary>The largest shift of a tap.</summary>
    public int LargestShift { get; }

    /// <summary>Positions of the source.</summary>
    public int Source => isTransposed ? axis.Result : axis.Image;

    /// <summary>Positions of the target.</summary>
    public int Target => isTransposed ? axis.Image : axis.Result;

    /// <summary>Planes of the source.</summary>
    public int Planes => isTransposed ? 1 : axis.Stride;

    /// <summary>Zeros before the source; negative where the planes start behind its start.</summary>
    public int Before => isTransposed ? -lowest : axis.Before;

    /// <summary>Phases of the target.</summary>
    public int Phases => isTransposed ? axis.Stride : 1;

    /// <summary>Targets of the first phase; others have one fewer at most.</summary>
    public int Count => (Target + Phases - 1) / Phases;

    /// <summary>Targets of a phase.</summary>
    public int CountOf(int phase) => (Target - phase + Phases - 1) / Phases;

    /// <summary>The phase of the targets that see a tap.</summary>
    public int Phase(int tap) => isTransposed ? Residue(tap) : 0;

    /// <summary>The plane in which a tap reads.</summary>
    public int Plane(int tap) => isTransposed ? 0 : tap * axis.Dilation % axis.Stride;

    /// <summary>How far behind the target's own place in the plane a tap reads.</summary>
    public int Shift(int tap) => isTransposed ? Quotient(tap) - lowest : tap * axis.Dilation / axis.Stride;

    /// <summary>Whether any tap reads in a plane.</summary>
    public bool IsRead(int plane)
    {
        for (int tap = 0; tap < axis.Window; tap++)
        {
            if (Plane(tap) == plane) return true;
        }

        return false;
    }

    int Residue(int tap)
    {
        int residue = ((tap * axis.Dilation) - axis.Before) % axis.Stride;
        return residue < 0 ? residue + axis.Stride : residue;
    }

    // Where the tap of the target Residue reads: exact.
    int Quotient(int tap) => (Residue(tap) + axis.Before - (tap * axis.Dilation)) / axis.Stride;
}
