using System.Globalization;

namespace Adjoint.Models.DeepIv;

/// <summary>How a column of text becomes numbers: as the numbers that it holds, or, where it holds names, by an indicator for each of its levels.</summary>
/// <param name="Name">The column.</param>
/// <param name="Levels">The names that it may hold, in their order; null for a column of numbers.</param>
sealed record ColumnCoding(string Name, IReadOnlyList<string>? Levels)
{
    const int MostLevels = 100;

    // Squares of squares of larger numbers leave the range of doubles.
    const double Largest = 1e50;

    /// <summary>Names of the columns of numbers.</summary>
    public IEnumerable<string> Outputs => Levels is null ? [Name] : Levels.Select(level => $"{Name}={level}");

    /// <summary>
    /// The coding of a column from its values. One of which less than half are numbers holds names; one in which a few are not is taken to be damaged.
    /// </summary>
    /// <exception cref="DataException">A column of numbers holds text, or a column of names has too many levels.</exception>
    public static ColumnCoding Of(TextColumn column, bool isCategorical)
    {
        int present = column.Values.Length - column.Missing, numbers = column.Values.Count(static value => value is not null && TryNumber(value, out _));
        if (!isCategorical && 2 * numbers >= present)
        {
            var numeric = new ColumnCoding(column.Name, null);
            Numbers(column);
            return numeric;
        }

        string[] levels = [.. column.Values.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (levels.Length > MostLevels)
            throw new DataException($"{column.Source}: column '{Names.Show(column.Name)}' holds {levels.Length} different texts in {present} rows, at most {MostLevels} are taken as levels. Join levels, or leave the column out.");
        return new ColumnCoding(column.Name, levels);
    }

    /// <summary>The values as columns of numbers, one for each of <see cref="Outputs"/>; NaN where a value is missing.</summary>
    /// <exception cref="DataException">A value is not a number, or not one of the levels.</exception>
    public IReadOnlyList<double[]> Encode(TextColumn column)
    {
        if (Levels is null) return [Numbers(column)];
        string?[] values = column.Values;
        var columns = new double[Levels.Count][];
        for (int level = 0; level < columns.Length; level++) columns[level] = new double[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            int found = values[row] is { } value ? Level(column, row, value) : -1;
            for (int level = 0; level < columns.Length; level++) columns[level][row] = found < 0 ? double.NaN : level == found ? 1 : 0;
        }

        return columns;
    }

    /// <summary>The values as one column: numbers, or 0 and 1 for the first and second of two levels; NaN where a value is missing.</summary>
    /// <exception cref="DataException">A value is not a number, or not one of the levels.</exception>
    public double[] EncodeAsOne(TextColumn column) => Encode(column)[^1];

    static double[] Numbers(TextColumn column)
    {
        string?[] values = column.Values;
        var numbers = new double[values.Length];
        for (int row = 0; row < numbers.Length; row++)
        {
            if (values[row] is not { } value) numbers[row] = double.NaN;
            else if (!TryNumber(value, out numbers[row])) throw column.Fault(row, "where numbers are expected. Mend it, or empty the field if the value is missing");
            else if (!(Math.Abs(numbers[row]) <= Largest)) throw column.Fault(row, $"beyond {Largest:0e0}. Mend it, or measure in another unit");
        }

        return numbers;
    }

    int Level(TextColumn column, int row, string value)
    {
        for (int level = 0; level < Levels!.Count; level++)
        {
            if (Levels[level] == value) return level;
        }

        throw column.Fault(row, $"which is none of its levels {string.Join(", ", Levels.Take(8).Select(static level => Names.Show(level)))}{(Levels.Count > 8 ? ", …" : "")}.{Names.DidYouMean(value, Levels)} Mend it, or fit the model again with such rows");
    }

    static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
