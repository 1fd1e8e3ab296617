namespace Adjoint.Models.DeepIv;

/// <summary>All products of up to a number of columns, repeats allowed, without the constant.</summary>
static class Monomials
{
    /// <summary>How many there are: (width + degree over degree) - 1; the largest integer where there are more.</summary>
    public static int Count(int width, int degree)
    {
        long all = 1;
        for (int i = 1; i <= degree; i++)
        {
            all = all * (width + i) / i;
            if (all > int.MaxValue) return int.MaxValue;
        }

        return (int)(all - 1);
    }

    /// <summary>The monomials [rows, count] of columns [rows, width], by rising degree.</summary>
    public static Tensor Of(Tensor columns, int degree)
    {
        int width = columns.Shape[1];
        var parts = new List<Tensor> { columns };

        // The last factor of each column of the last part: a longer product multiplies by one that is not before it.
        int[] lasts = [.. Enumerable.Range(0, width)];
        for (int i = 2; i <= degree; i++)
        {
            var left = new List<long>();
            var right = new List<long>();
            for (int column = 0; column < lasts.Length; column++)
            {
                for (int factor = lasts[column]; factor < width; factor++)
                {
                    left.Add(column);
                    right.Add(factor);
                }
            }

            parts.Add(parts[^1].Select(1, Tensor.From<long>([.. left])) * columns.Select(1, Tensor.From<long>([.. right])));
            lasts = [.. right.Select(static factor => (int)factor)];
        }

        return TensorMath.Concat([.. parts], 1);
    }
}
