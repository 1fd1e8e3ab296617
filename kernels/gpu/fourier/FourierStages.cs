using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// The steps of transforms one launch each, over lines of complex numbers in scratch memory: for long lines, and for lengths with a large prime factor. Layout: a thread a number. Limit:
/// memory bandwidth, once a step.
/// </summary>
public static class FourierStages
{
    /// <summary>turns[j] = e^(-2πi j/n) for j below n, computed in f64. Launch: a thread each.</summary>
    public static void Turns<V>(ArrayView<V> turns, int length) where V : unmanaged, ILane<V>
    {
        long j = Places.Thread;
        if (j < length) ComplexLane<V>.Turn(j, length).To(turns, j);
    }

    /// <summary>chirp[j] = e^(-πi j²/n) for j below n, and its conjugate around 0 in filter, of the length of the convolution. Launch: a thread for each number of the filter.</summary>
    public static void Chirp<V>(ArrayView<V> chirp, ArrayView<V> filter, int length, int rows) where V : unmanaged, ILane<V>
    {
        long j = Places.Thread;
        if (j >= rows) return;
        long distance = j < length ? j : rows - j;
        bool isInside = distance < length;
        ComplexLane<V> turn = ComplexLane<V>.Turn(isInside ? distance * distance % (2L * length) : 0, 2L * length);
        if (j < length) turn.To(chirp, j);
        V zero = V.From(0);
        new ComplexLane<V>(isInside ? turn.Re : zero, isInside ? -turn.Im : zero).To(filter, j);
    }

    /// <summary>work [lines, rows] = the operand's lines, times the chirp and followed by zeros where there is one. Launch: a thread for each number of work.</summary>
    public static void Bring<V>(ArrayView<V> x, ArrayView<V> work, ArrayView<V> chirp, FourierJob job) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= (long)job.Lines * job.Rows) return;
        int line = (int)(element / job.Rows), j = (int)(element - ((long)line * job.Rows));
        V zero = V.From(0);
        ComplexLane<V> number = new(zero, zero);
        if (j < job.Length)
        {
            number = FourierEnds.Read(x, job, line, j);
            if (job.HasChirp != 0) number = ComplexLane<V>.Multiply(number, ComplexLane<V>.At(chirp, j));
        }

        number.To(work, element);
    }

    /// <summary>One pass over work [lines, length] into target, with real and imaginary parts exchanged on the way in or out if asked for. Launch: a thread for each number.</summary>
    public static void Pass<V>(ArrayView<V> work, ArrayView<V> target, ArrayView<V> turns, int lines, int length, int before, int factor, int swapsIn, int swapsOut)
        where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= (long)lines * length) return;
        int line = (int)(element / length), row = (int)(element - ((long)line * length));
        int after = length / (before * factor), k = row / after, s = row - (k * after), turn = k * after, place = 0;
        long source = ((long)line * length) + ((k % before) * factor * after) + s;
        ComplexLane<V> sum = ComplexLane<V>.At(work, source).Swapped(swapsIn != 0);
        for (int q = 1; q < factor; q++)
        {
            source += after;
            place += turn;
            if (place >= length) place -= length;
            sum = ComplexLane<V>.MultiplyAdd(ComplexLane<V>.At(work, source).Swapped(swapsIn != 0), ComplexLane<V>.At(turns, place), sum);
        }

        sum.Swapped(swapsOut != 0).To(target, element);
    }

    /// <summary>work [lines, rows] times a filter [rows] over its length. Launch: a thread for each number.</summary>
    public static void Filter<V>(ArrayView<V> work, ArrayView<V> filter, int lines, int rows) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= (long)lines * rows) return;
        V scale = V.From(Float64.Divide(1, Float64.FromInt(rows)));
        ComplexLane<V> product = ComplexLane<V>.Multiply(ComplexLane<V>.At(work, element), ComplexLane<V>.At(filter, element % rows));
        new ComplexLane<V>(product.Re * scale, product.Im * scale).To(work, element);
    }

    /// <summary>The results of work [lines, rows], times the chirp where there is one. Launch: a thread for each of lines·length numbers.</summary>
    public static void Give<V>(ArrayView<V> work, ArrayView<V> y, ArrayView<V> chirp, FourierJob job) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= (long)job.Lines * job.Length) return;
        int line = (int)(element / job.Length), j = (int)(element - ((long)line * job.Length));
        ComplexLane<V> number = ComplexLane<V>.At(work, ((long)line * job.Rows) + j);
        if (job.HasChirp != 0) number = ComplexLane<V>.Multiply(number, ComplexLane<V>.At(chirp, j));
        FourierEnds.Write(y, job, line, j, number);
    }
}
