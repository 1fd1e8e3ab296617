namespace Adjoint.Models.DeepIv;

/// <summary>Rows of columns in which no number is missing, that is NaN.</summary>
static class CompleteRows
{
    /// <summary>Their positions, rising.</summary>
    public static int[] Of(IReadOnlyList<double[]> columns)
    {
        var kept = new List<int>();
        for (int row = 0; row < columns[0].Length; row++)
        {
            bool isComplete = true;
            foreach (double[] column in columns) isComplete &= !double.IsNaN(column[row]);
            if (isComplete) kept.Add(row);
        }

        return [.. kept];
    }

    /// <summary>The kept values of a column [kept].</summary>
    public static Tensor Vector(double[] column, int[] kept) => Tensor.From<double>(Array.ConvertAll(kept, row => column[row]), [kept.Length]);

    /// <summary>The kept rows of columns, which may be none: [kept, columns].</summary>
    public static Tensor Matrix(IReadOnlyList<double[]> columns, int[] kept)
    {
        int width = columns.Count;
        var values = new double[checked(kept.Length * width)];
        for (int column = 0; column < width; column++)
        {
            for (int i = 0; i < kept.Length; i++) values[(i * width) + column] = columns[column][kept[i]];
        }

        return Tensor.From<double>(values, [kept.Length, width]);
    }
}
