using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Fourier transforms on a device: lines that fit in shared memory in one launch beside that of their turns, others step by step.</summary>
static class FourierLaunch
{
    // What a block holds, and the sum that costs less than a convolution would.
    const int Capacity = 1024, LargestPrime = 127, Threads = 256;

    // Side by side, so many lines make a sector of memory or two.
    const int Neighbours = 8;

    static readonly TypedKernels Lines = new("fourier_lines"), Turns = new("fourier_turns"), Chirp = new("fourier_chirp");
    static readonly TypedKernels Bring = new("fourier_bring"), Pass = new("fourier_pass"), Filter = new("fourier_filter"), Give = new("fourier_give");

    /// <summary>Transforms of dense lines.</summary>
    public static void Rows(LaunchQueue queue, DType type, in FourierShape<double> shape, ulong x, ulong y, int lines) => Run(queue, type, x, y, new FourierJob
    {
        Length = shape.Length,
        Lines = lines,
        Inner = 1,
        OuterIn = shape.LineIn,
        StepIn = shape.Kind == FourierKind.FromReal ? 1 : 2,
        OuterOut = shape.LineOut,
        StepOut = shape.Kind == FourierKind.ToReal ? 1 : 2,
        Kind = (int)shape.Kind,
        Swaps = shape.Kind == FourierKind.ToReal || shape.IsInverse ? 1 : 0,
        Middle = shape.Middle,
        Scale = shape.Scale,
    });

    /// <summary>Transforms of complex numbers along the middle axis of [outer, length, inner].</summary>
    public static void Columns(LaunchQueue queue, DType type, int length, bool isInverse, double scale, ulong x, ulong y, int outer, int inner) => Run(queue, type, x, y, new FourierJob
    {
        Length = length,
        Lines = outer * inner,
        Inner = inner,
        OuterIn = 2 * length * inner,
        StepIn = 2 * inner,
        OuterOut = 2 * length * inner,
        StepOut = 2 * inner,
        Kind = (int)FourierKind.Complex,
        Swaps = isInverse ? 1 : 0,
        Scale = scale,
    });

    static void Run(LaunchQueue queue, DType type, ulong x, ulong y, FourierJob job)
    {
        if (job.Lines == 0) return;
        int[]? factors = FourierFactors.Of(job.Length, LargestPrime);
        long all = (long)job.Lines * job.Length * 2;
        if (factors is { Length: <= 8 } && job.Length <= Capacity)
        {
            for (int i = 0; i < factors.Length; i++) job.Factors |= (ulong)factors[i] << (8 * i);
            job.Rows = job.Length;
            int most = Math.Min(job.Lines, Capacity / job.Length), wanted = Math.Max(2 * Threads / job.Length, job.Inner > 1 ? Neighbours : 1);
            job.Group = Math.Min(most, wanted);
            ulong turns = MakeTurns(queue, type, job.Length);
            queue.Call(Lines.Of(type), new LaunchGrid((job.Lines + job.Group - 1) / job.Group, 1, 1, Threads))
                .View(x, Extent(job, job.OuterIn)).View(y, Extent(job, job.OuterOut)).View(turns, 2L * job.Length).Value(job).Run();
            return;
        }

        job.HasChirp = factors is null ? 1 : 0;
        job.Rows = factors is null ? FourierFactors.ConvolutionLength((2 * job.Length) - 1) : job.Length;
        int size = type.Size();
        long numbers = 2L * job.Lines * job.Rows;
        ulong first = queue.Scratch(numbers * size), second = queue.Scratch(numbers * size), table = MakeTurns(queue, type, job.Rows);
        ulong chirp = 0, filter = 0;
        if (factors is null)
        {
            chirp = queue.Scratch(2L * job.Length * size);
            filter = queue.Scratch(2L * job.Rows * size);
            ulong other = queue.Scratch(2L * job.Rows * size);
            queue.Call(Chirp.Of(type), job.Rows).View(chirp, 2L * job.Length).View(filter, 2L * job.Rows).Value(job.Length).Value(job.Rows).Run();
            filter = Passes(queue, type, filter, other, table, 1, job.Rows, false);
        }

        KernelCall bring = queue.Call(Bring.Of(type), (long)job.Lines * job.Rows).View(x, Extent(job, job.OuterIn)).View(first, numbers);
        (chirp == 0 ? bring.Nothing() : bring.View(chirp, 2L * job.Length)).Value(job).Run();
        ulong result = Passes(queue, type, first, second, table, job.Lines, job.Rows, false);
        if (factors is null)
        {
            queue.Call(Filter.Of(type), (long)job.Lines * job.Rows).View(result, numbers).View(filter, 2L * job.Rows).Value(job.Lines).Value(job.Rows).Run();
            result = Passes(queue, type, result, result == first ? second : first, table, job.Lines, job.Rows, true);
        }

        KernelCall give = queue.Call(Give.Of(type), all / 2).View(result, numbers).View(y, Extent(job, job.OuterOut));
        (chirp == 0 ? give.Nothing() : give.View(chirp, 2L * job.Length)).Value(job).Run();
    }

    // Numbers that the lines take up in memory.
    static long Extent(in FourierJob job, int outerStep) => (long)(job.Lines / job.Inner) * outerStep;

    static ulong MakeTurns(LaunchQueue queue, DType type, int length)
    {
        ulong turns = queue.Scratch(2L * length * type.Size());
        queue.Call(Turns.Of(type), length).View(turns, 2L * length).Value(length).Run();
        return turns;
    }

    static ulong Passes(LaunchQueue queue, DType type, ulong from, ulong to, ulong turns, int lines, int length, bool isInverse)
    {
        int[] factors = FourierFactors.Of(length, LargestPrime)!;
        long count = (long)lines * length;
        for (int i = 0, before = 1; i < factors.Length; before *= factors[i++])
        {
            queue.Call(Pass.Of(type), count).View(from, 2 * count).View(to, 2 * count).View(turns, 2L * length).Value(lines).Value(length).Value(before).Value(factors[i])
                .Value(isInverse && i == 0 ? 1 : 0).Value(isInverse && i == factors.Length - 1 ? 1 : 0).Run();
            (from, to) = (to, from);
        }

        return from;
    }
}
