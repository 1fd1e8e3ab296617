namespace Adjoint.Kernels.Gpu;

/// <summary>Where a thread is along the axes of a chain, from the innermost outwards: worked out once, and used for every input that has steps.</summary>
public struct ChainPlace
{
    int rank, at0, at1, at2, at3, at4, at5, at6, at7;

    /// <summary>The thread's number in the whole grid.</summary>
    public static long Thread => Places.Thread;

    /// <summary>The place of a thread; below 2³¹.</summary>
    public static ChainPlace Of(ChainAxes axes, long thread)
    {
        uint rest = (uint)thread;
        ChainPlace place = default;
        place.rank = axes.Rank;
        place.at0 = Take(axes.Axis0, ref rest);
        place.at1 = Take(axes.Axis1, ref rest);
        if (axes.Rank > 2)
        {
            place.at2 = Take(axes.Axis2, ref rest);
            place.at3 = Take(axes.Axis3, ref rest);
            if (axes.Rank > 4)
            {
                place.at4 = Take(axes.Axis4, ref rest);
                place.at5 = Take(axes.Axis5, ref rest);
                place.at6 = Take(axes.Axis6, ref rest);
                place.at7 = (int)rest;
            }
        }

        return place;
    }

    /// <summary>The place in an input. Never negative, though terms may be: ILGPU widens places without a sign.</summary>
    internal readonly int In(ChainSteps steps)
    {
        int place = steps.Start + (at0 * steps.Step0) + (at1 * steps.Step1);
        if (rank > 2)
        {
            place += (at2 * steps.Step2) + (at3 * steps.Step3);
            if (rank > 4) place += (at4 * steps.Step4) + (at5 * steps.Step5) + (at6 * steps.Step6) + (at7 * steps.Step7);
        }

        return place;
    }

    static int Take(ChainAxis axis, ref uint rest)
    {
        uint quotient = (uint)((rest * (ulong)axis.Multiplier) >> axis.Shift), index = rest - (quotient * (uint)axis.Size);
        rest = quotient;
        return (int)index;
    }
}
