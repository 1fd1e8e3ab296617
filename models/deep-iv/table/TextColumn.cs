namespace Adjoint.Models.DeepIv;

/// <summary>A column of a file as trimmed text, whole or some of its rows.</summary>
/// <param name="Source">The file, for messages.</param>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its values; null for a missing one.</param>
/// <param name="Rows">Positions of the values in the file, from 0.</param>
sealed record TextColumn(string Source, string Name, string?[] Values, int[] Rows)
{
    /// <summary>Number of missing values.</summary>
    public int Missing => Values.Count(static value => value is null);

    /// <summary>The values at the given positions of this column.</summary>
    public TextColumn Keep(int[] rows) => this with { Values = Array.ConvertAll(rows, row => Values[row]), Rows = Array.ConvertAll(rows, row => Rows[row]) };

    /// <summary>An error about a value.</summary>
    public DataException Fault(int position, string problem) =>
        new($"{Source}: row {Rows[position] + 1} of column '{Names.Show(Name)}' holds '{Names.Show(Values[position] ?? "", 40)}', {problem}.");
}
