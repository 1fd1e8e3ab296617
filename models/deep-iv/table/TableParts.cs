namespace Adjoint.Models.DeepIv;

/// <summary>Turns the complete rows of a table's columns into numbers, part by part, and notes what was done.</summary>
sealed class TableParts(string source, Dictionary<string, TextColumn> texts, IReadOnlyList<string> categorical, List<string> notes)
{
    /// <summary>The treatment or the outcome: numbers, or names of two levels as 0 and 1.</summary>
    public (ColumnCoding Coding, double[] Values) One(string part, string name)
    {
        ColumnCoding coding = ColumnCoding.Of(texts[name], false);
        if (coding.Levels is { Count: > 2 })
            throw new DataException($"{source}: {part} '{Names.Show(name)}' holds {coding.Levels.Count} different texts, numbers or two are supported. Choose another column, or code it as numbers.");
        double[] values = coding.EncodeAsOne(texts[name]);
        if (IsConstant(values)) throw new DataException($"{source}: {part} '{Names.Show(name)}' is {Names.Show(texts[name].Values[0]!)} in all {values.Length} rows in use. Choose another column.");
        if (coding.Levels is not null) notes.Add($"The {part} '{name}' is 0 for '{coding.Levels[0]}' and 1 for '{coding.Levels[1]}'.");
        return (coding, values);
    }

    /// <summary>Instruments or covariates. Covariates that do not vary are left out.</summary>
    public (IReadOnlyList<ColumnCoding> Codings, IReadOnlyList<double[]> Values) Several(string part, IReadOnlyList<string> names)
    {
        var codings = new List<ColumnCoding>();
        var values = new List<double[]>();
        foreach (string name in names)
        {
            ColumnCoding coding = ColumnCoding.Of(texts[name], categorical.Contains(name));
            IReadOnlyList<double[]> columns = coding.Encode(texts[name]);
            if (columns.All(IsConstant))
            {
                string found = $"'{Names.Show(name)}' is {Names.Show(texts[name].Values[0]!)} in all {columns[0].Length} rows in use";
                if (part == "instrument") throw new DataException($"{source}: instrument {found}, so it cannot move the treatment. Name another.");
                notes.Add($"The {part} {found} and is left out.");
                continue;
            }

            if (coding.Levels is not null) notes.Add($"The {part} '{name}' is an indicator for each of {coding.Levels.Count} levels; linear fits leave out '{coding.Levels[0]}'.");
            codings.Add(coding);
            values.AddRange(columns);
        }

        return (codings, values);
    }

    /// <summary>Positions of the columns that linear fits see.</summary>
    /// <exception cref="DataException">No instrument is left.</exception>
    public int[] Independent(string part, IReadOnlyList<ColumnCoding> codings, IReadOnlyList<double[]> values, IndependentColumns independent)
    {
        var places = new List<int>();
        int next = 0;
        foreach (ColumnCoding coding in codings)
        {
            int level = 0;
            foreach (string name in coding.Outputs)
            {
                int place = next++;
                if (coding.Levels is not null && level++ == 0) continue;
                if (independent.TryAdd(values[place])) places.Add(place);
                else notes.Add($"Linear fits leave out the {part} '{name}', a linear combination of the columns before it.");
            }
        }

        if (part == "instrument" && places.Count == 0)
            throw new DataException($"{source}: every instrument is a linear combination of covariates ({string.Join(", ", codings.Take(6).Select(static one => Names.Show(one.Name)))}). Name another, or leave covariates out.");
        return [.. places];
    }

    static bool IsConstant(double[] values) => Array.TrueForAll(values, value => value == values[0]);
}
