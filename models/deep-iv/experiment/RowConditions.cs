using System.Globalization;

namespace Adjoint.Models.DeepIv;

/// <summary>What all rows are given at once, to see the effect for such rows.</summary>
/// <param name="Name">In words.</param>
/// <param name="Settings">Columns of covariates with their values.</param>
sealed record RowCondition(string Name, IReadOnlyList<(int Column, double Value)> Settings)
{
    /// <summary>Covariates [rows, d] with these values.</summary>
    public Tensor Apply(Tensor covariates)
    {
        int rows = covariates.Shape[0];
        var columns = new Tensor[covariates.Shape[1]];
        for (int i = 0; i < columns.Length; i++) columns[i] = covariates.Slice(1, i, i + 1);
        foreach (var (column, value) in Settings) columns[column] = Tensor.Full([rows, 1], value, DType.F64);
        return TensorMath.Concat(columns, 1);
    }
}

/// <summary>
/// Finds conditions that rows can meet: a low and a high value of a number, its square along with it where that is a column too, and the levels of indicators of which no row has two.
/// </summary>
static class RowConditions
{
    const double LowQuantile = 0.1, HighQuantile = 0.9;
    const int MostLevels = 8;

    /// <summary>Conditions of covariates [rows, d], those of a column or of a group of indicators together.</summary>
    public static IReadOnlyList<IReadOnlyList<RowCondition>> Of(Tensor covariates, IReadOnlyList<string> names)
    {
        double[][] columns = [.. Enumerable.Range(0, covariates.Shape[1]).Select(i => covariates.At(1, i).Read<double>())];
        var found = new List<IReadOnlyList<RowCondition>>();
        for (int i = 0; i < columns.Length; i++)
        {
            var (levels, hasOther) = Levels(columns, i);
            if (levels > 1)
            {
                found.Add([.. Level(names, i, levels, hasOther)]);
                i += levels - 1;
            }
            else if (!Enumerable.Range(0, columns.Length).Any(other => IsSquare(columns[i], columns[other])))
            {
                RowCondition[] both = Numbers(columns, i, covariates.At(1, i), names[i]);
                if (both.Length > 0) found.Add(both);
            }
        }

        return found;
    }

    static RowCondition[] Numbers(double[][] columns, int column, Tensor values, string name)
    {
        double low = values.Quantile(LowQuantile).Item(), high = values.Quantile(HighQuantile).Item();

        // A quantile may lie between the two values of an indicator.
        if (high <= low || Array.TrueForAll(columns[column], IsIndicator)) (low, high) = (columns[column].Min(), columns[column].Max());
        if (high <= low) return [];
        int[] squares = [.. Enumerable.Range(0, columns.Length).Where(other => IsSquare(columns[other], columns[column]))];
        return [.. ((double[])[low, high]).Select(value => new RowCondition(
            string.Create(CultureInfo.InvariantCulture, $"{name} = {value:G5}"), [(column, value), .. squares.Select(square => (square, value * value))]))];
    }

    static IEnumerable<RowCondition> Level(IReadOnlyList<string> names, int first, int levels, bool hasOther)
    {
        IEnumerable<int> group = Enumerable.Range(first, levels);
        foreach (int level in group.Take(MostLevels)) yield return new(names[level], [.. group.Select(column => (column, column == level ? 1.0 : 0))]);
        if (hasOther) yield return new($"none of {names[first]} … {names[first + levels - 1]}", [.. group.Select(static column => (column, 0.0))]);
    }

    // How many columns from this one on are 0 or 1 with at most one 1 a row, and whether some row has none.
    static (int Count, bool HasOther) Levels(double[][] columns, int first)
    {
        var sum = new double[columns[first].Length];
        int last = first;
        for (; last < columns.Length; last++)
        {
            double[] column = columns[last];
            if (!Array.TrueForAll(column, IsIndicator)) break;
            if (Enumerable.Range(0, sum.Length).Any(row => sum[row] + column[row] > 1)) break;
            for (int row = 0; row < sum.Length; row++) sum[row] += column[row];
        }

        return (last - first, Array.Exists(sum, static value => value == 0));
    }

    static bool IsIndicator(double value) => value is 0 or 1;

    // An indicator is its own square, and says nothing.
    static bool IsSquare(double[] square, double[] root)
    {
        bool isNew = false;
        for (int row = 0; row < root.Length; row++)
        {
            double expected = root[row] * root[row];
            if (!(Math.Abs(square[row] - expected) <= 1e-9 * expected)) return false;
            isNew |= square[row] != root[row];
        }

        return isNew;
    }
}
