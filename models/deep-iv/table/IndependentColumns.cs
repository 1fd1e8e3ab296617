namespace Adjoint.Models.DeepIv;

/// <summary>Finds columns that are linear combinations of a constant and of the columns before them, by orthogonalising one after another (Gram, Schmidt; twice, against rounding).</summary>
sealed class IndependentColumns
{
    // Share of a column's length about its mean below which what the others leave of it counts as rounding.
    const double Tolerance = 1e-8;

    readonly List<double[]> basis = [];

    /// <summary>Takes a column in if it is independent of those taken before, and says whether it was.</summary>
    public bool TryAdd(double[] column)
    {
        double[] rest = Centred(column);
        double length = Length(rest);
        if (length == 0) return false;
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] direction in basis)
            {
                double part = 0;
                for (int i = 0; i < rest.Length; i++) part += direction[i] * rest[i];
                for (int i = 0; i < rest.Length; i++) rest[i] -= part * direction[i];
            }
        }

        double left = Length(rest);
        if (left <= Tolerance * length) return false;
        basis.Add(Array.ConvertAll(rest, value => value / left));
        return true;
    }

    // A column that is constant up to the rounding of its own values is exactly constant afterwards.
    static double[] Centred(double[] column)
    {
        double mean = column.Average(), largest = column.Max(Math.Abs);
        double[] rest = Array.ConvertAll(column, value => value - mean);
        return Length(rest) <= 1e-13 * largest * Math.Sqrt(column.Length) ? new double[column.Length] : rest;
    }

    static double Length(double[] values)
    {
        double sum = 0;
        foreach (double value in values) sum += value * value;
        return Math.Sqrt(sum);
    }
}
