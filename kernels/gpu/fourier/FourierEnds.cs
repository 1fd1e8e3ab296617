using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>How a line's numbers are read from operands and written to results, whichever side is real.</summary>
static class FourierEnds
{
    const int FromReal = (int)FourierKind.FromReal, ToReal = (int)FourierKind.ToReal;

    /// <summary>Number j of a line as the forward transform takes it.</summary>
    public static ComplexLane<V> Read<V>(ArrayView<V> x, in FourierJob job, int line, int j) where V : unmanaged, ILane<V>
    {
        int outer = line / job.Inner;
        long start = ((long)outer * job.OuterIn) + (2 * (line - (outer * job.Inner)));
        if (job.Kind == FromReal) return new(x[start + ((long)j * job.StepIn)], V.From(0));
        bool isBehind = job.Kind == ToReal && 2 * j > job.Length;
        long place = start + ((long)(isBehind ? job.Length - j : j) * job.StepIn);
        var number = new ComplexLane<V>(x[place], x[place + 1]);
        if (job.Kind == ToReal)
        {
            bool isEdge = j == 0 || 2 * j == job.Length;
            V factor = V.From(isEdge ? 1 : Float64.Multiply(0.5, job.Middle));
            number = new(number.Re * factor, isEdge ? V.From(0) : isBehind ? -(number.Im * factor) : number.Im * factor);
        }

        return number.Swapped(job.Swaps != 0);
    }

    /// <summary>Writes number j of a line as the forward transform gives it.</summary>
    public static void Write<V>(ArrayView<V> y, in FourierJob job, int line, int j, ComplexLane<V> number) where V : unmanaged, ILane<V>
    {
        if (job.Kind == FromReal && 2 * j > job.Length) return;
        int outer = line / job.Inner;
        long place = ((long)outer * job.OuterOut) + (2 * (line - (outer * job.Inner))) + ((long)j * job.StepOut);
        bool isEdge = job.Kind != FromReal || j == 0 || 2 * j == job.Length;
        V scale = V.From(isEdge ? job.Scale : Float64.Multiply(job.Scale, job.Middle));
        number = number.Swapped(job.Swaps != 0);
        y[place] = number.Re * scale;
        if (job.Kind != ToReal) y[place + 1] = number.Im * scale;
    }
}
