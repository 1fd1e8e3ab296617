namespace Adjoint.Kernels;

/// <summary>
/// How the places of a target axis fall between those of a source axis: an argument of CPU and GPU kernels. Nearest: source ⌊i·step⌋; linear: (i + ½)·step - ½, not below 0, between the two
/// sources around, which is PyTorch's align_corners = false.
/// </summary>
public struct ResampleAxis
{
    /// <summary>Places of the source.</summary>
    public int Source { get; set; }

    /// <summary>Places of the target.</summary>
    public int Target { get; set; }

    /// <summary>Not 0 for linear interpolation.</summary>
    public int IsLinear { get; set; }

    /// <summary>Sources a target; 0 for source / target.</summary>
    public double Step { get; set; }

    readonly double OwnStep => Step > 0 ? Step : (double)Source / Target;

    readonly double At(int target) => ((target + 0.5) * OwnStep) - 0.5;

    /// <summary>The source of a target, or the lower one of two.</summary>
    public readonly int Low(int target)
    {
        if (IsLinear != 0)
        {
            double at = At(target);
            int low = at > 0 ? (int)at : 0;
            return low < Source ? low : Source - 1;
        }

        int nearest = Step > 0 ? (int)(target * Step) : (int)((long)target * Source / Target);
        return nearest < Source ? nearest : Source - 1;
    }

    /// <summary>The share of the source behind the lower one.</summary>
    public readonly double Weight(int target)
    {
        if (IsLinear == 0) return 0;
        double at = At(target);
        int low = at > 0 ? (int)at : 0;
        return at > 0 && low < Source - 1 ? at - low : 0;
    }

    /// <summary>A target not behind the first that sees a source.</summary>
    public readonly int First(int source)
    {
        int first = (int)((source - 1) / OwnStep) - 2;
        return first > 0 ? first : 0;
    }

    /// <summary>A target behind the last that sees a source.</summary>
    public readonly int End(int source)
    {
        double end = ((source + 2) / OwnStep) + 2;

        // What lies beyond the last source is seen from the last.
        return end < Target && source < Source - 1 ? (int)end : Target;
    }
}
