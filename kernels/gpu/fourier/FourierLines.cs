using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Transforms of lines that fit in shared memory. Layout: a block takes some lines and keeps them in shared memory, one number a thread, through passes of mixed radix in Stockham's order;
/// each result of a pass is a sum of as many products as the pass's factor. Limit: memory bandwidth for lengths of small factors.
/// </summary>
public static class FourierLines
{
    /// <summary>Complex numbers that a block holds at most.</summary>
    public const int Capacity = 1024;

    /// <summary>y = transforms of x. Launch: 256 threads, a block for each group of lines, whose numbers are at most <see cref="Capacity"/>.</summary>
    /// <param name="x">Operands.</param>
    /// <param name="y">Results.</param>
    /// <param name="turns">e^(-2πi j/n) for j below n, as <see cref="FourierStages.Turns"/> writes them.</param>
    /// <param name="job">The lines.</param>
    public static void Run<V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> turns, FourierJob job) where V : unmanaged, ILane<V>
    {
        ArrayView<V> re = SharedMemory.Allocate<V>(2 * Capacity), im = SharedMemory.Allocate<V>(2 * Capacity);
        int group = job.Group, length = job.Length, count = group * length, first = Grid.IdxX * group;
        for (int e = Group.IdxX; e < count; e += Group.DimX)
        {
            // Neighbouring threads read neighbours in memory: of a line, or side by side.
            int line = job.Inner > 1 ? e % group : e / length, row = job.Inner > 1 ? e / group : e % length;
            if (first + line >= job.Lines) continue;
            ComplexLane<V> number = FourierEnds.Read(x, job, first + line, row);
            re[(row * group) + line] = number.Re;
            im[(row * group) + line] = number.Im;
        }

        Group.Barrier();
        int from = 0, before = 1, after = length;
        ulong factors = job.Factors;
        while (after > 1)
        {
            int factor = (int)(factors & 255), to = Capacity - from;
            factors >>= 8;
            after /= factor;
            for (int e = Group.IdxX; e < count; e += Group.DimX)
            {
                int row = e / group, line = e - (row * group), k = row / after, s = row - (k * after);
                int source = from + (((((k % before) * factor * after) + s) * group) + line), step = after * group;
                int turn = k * after, place = 0;
                ComplexLane<V> sum = new(re[source], im[source]);
                for (int q = 1; q < factor; q++)
                {
                    source += step;
                    place += turn;
                    if (place >= length) place -= length;
                    sum = ComplexLane<V>.MultiplyAdd(new(re[source], im[source]), ComplexLane<V>.At(turns, place), sum);
                }

                re[to + e] = sum.Re;
                im[to + e] = sum.Im;
            }

            Group.Barrier();
            from = to;
            before *= factor;
        }

        for (int e = Group.IdxX; e < count; e += Group.DimX)
        {
            int line = job.Inner > 1 ? e % group : e / length, row = job.Inner > 1 ? e / group : e % length;
            if (first + line >= job.Lines) continue;
            int place = from + (row * group) + line;
            FourierEnds.Write(y, job, first + line, row, new ComplexLane<V>(re[place], im[place]));
        }
    }
}
