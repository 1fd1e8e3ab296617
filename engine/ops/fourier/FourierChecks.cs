namespace Adjoint;

/// <summary>Checks and counts that the Fourier ops share.</summary>
static class FourierChecks
{
    public static void Complex(string op, Tensor x, int axes)
    {
        Require.Float(op, x);
        if (x.Rank < axes + 1 || x.Shape[-1] != 2)
            throw new ShapeException($"{op}: {x.Shape} is no complex tensor of {axes} axes or more, whose last axis of 2 holds real and imaginary part. Make one with Fourier.Complex.");
    }

    public static void NotEmpty(string op, Tensor x, int axis)
    {
        if (x.Shape[axis] == 0) throw new ShapeException($"{op}: axis {axis} of {x.Shape} is empty, and a line of no numbers has no transform. Check for empty input before.");
    }

    /// <summary>5·n·log2 n a transform, by custom whatever the algorithm.</summary>
    public static long Flops(long numbers, long length) => (long)(5 * numbers * Math.Log2(Math.Max(2, length)));
}
