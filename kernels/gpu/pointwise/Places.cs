using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Offsets of one element in each operand.</summary>
struct Places
{
    internal int At0, At1, At2, At3;

    /// <summary>Where element number <paramref name="element"/> of a nest is.</summary>
    public static Places Of(in Nest nest, uint element)
    {
        Places places = new() { At0 = nest.Start0, At1 = nest.Start1, At2 = nest.Start2, At3 = nest.Start3 };
        places.Take(nest.Axis0, ref element);
        if (nest.Rank > 1) places.Take(nest.Axis1, ref element);
        if (nest.Rank > 2) places.Take(nest.Axis2, ref element);
        if (nest.Rank > 3) places.Take(nest.Axis3, ref element);
        if (nest.Rank > 4) places.Take(nest.Axis4, ref element);
        if (nest.Rank > 5) places.Take(nest.Axis5, ref element);
        if (nest.Rank > 6) places.Take(nest.Axis6, ref element);
        if (nest.Rank > 7) places.Take(nest.Axis7, ref element);
        return places;
    }

    void Take(NestAxis axis, ref uint element)
    {
        uint rest = element / (uint)axis.Size;
        int index = (int)(element - (rest * (uint)axis.Size));
        element = rest;
        At0 += index * axis.Step0;
        At1 += index * axis.Step1;
        At2 += index * axis.Step2;
        At3 += index * axis.Step3;
    }

    /// <summary>Number of this thread in the whole grid along its first axis.</summary>
    public static long Thread => ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
}
