namespace Adjoint.Models.GFlowNets;

/// <summary>Collects one score for every string of a length from the rows of a file.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="length">Letters of a string.</param>
/// <param name="alphabet">The letters in their order.</param>
sealed class StringScores(string path, int length, string alphabet)
{
    readonly double[] scores = NewScores((int)Math.Pow(alphabet.Length, length));

    /// <summary>Takes the score of a string.</summary>
    /// <exception cref="DataException">The text is no such string, the score is not finite, or the string has another score already.</exception>
    public void Set(string text, double score, int row)
    {
        int index = 0;
        foreach (char letter in text)
        {
            int digit = alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (digit < 0 || text.Length != length) throw Fault(row, $"'{Names.Show(text)}' is no string of {length} letters out of {alphabet}");
            index = (index * alphabet.Length) + digit;
        }

        if (text.Length != length) throw Fault(row, $"a string of {length} letters is missing");
        if (!double.IsFinite(score)) throw Fault(row, $"the score of {text} is missing or not finite");
        if (!double.IsNaN(scores[index]) && scores[index] != score) throw Fault(row, $"{text} has two scores, {scores[index]} and {score}");
        scores[index] = score;
    }

    /// <summary>The scores of all strings, in the order of the alphabet.</summary>
    /// <exception cref="DataException">A string has none.</exception>
    public double[] All()
    {
        int missing = scores.Count(double.IsNaN);
        return missing == 0 ? scores : throw new DataException($"{Names.Show(path, 200)}: {missing} of {scores.Length} strings have no score. Get the whole file.");
    }

    DataException Fault(int row, string problem) => new($"{Names.Show(path, 200)}: row {row + 1} below the header: {problem}. Mend the row, or get the file anew.");

    static double[] NewScores(int count)
    {
        var made = new double[count];
        Array.Fill(made, double.NaN);
        return made;
    }
}
