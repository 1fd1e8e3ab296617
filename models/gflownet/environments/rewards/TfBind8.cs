namespace Adjoint.Models.GFlowNets;

/// <summary>
/// How well each of the 65,536 DNA strings of eight letters binds the transcription factor SIX6 (Barrera et al. 2016), as a reward: R = max(10 y³ / max y³, 1/1000) with y the measured score scaled to 0 … 1
/// (gflownet specification, section 5.3).
/// </summary>
public static class TfBind8
{
    /// <summary>Letters of a string.</summary>
    public const int Length = 8;

    /// <summary>The letters in their order.</summary>
    public const string Alphabet = "ACGT";

    const int MostBytes = 64 << 20;

    /// <summary>Reads the scores y, scaled to 0 … 1, from a table of tabs whose first three columns are a string, its reverse complement, and the score of both.</summary>
    /// <exception cref="DataException">The file is missing or damaged, or does not hold one score for each string.</exception>
    public static double[] Read(string path)
    {
        CsvTable table = Csv.Read(path, new CsvOptions { Separator = '\t', Header = CsvHeader.Yes, MaxBytes = MostBytes });
        if (table.Columns.Count < 3) throw new DataException($"{Names.Show(path, 200)}: {table.Columns.Count} columns are fewer than 3. Pass a table of both strands and their score.");
        string[] strand = table.Text(0), complement = table.Text(1);
        double[] score = table.Numbers(2);
        var scores = new StringScores(path, Length, Alphabet);
        for (int row = 0; row < table.Rows; row++)
        {
            scores.Set(strand[row], score[row], row);
            scores.Set(complement[row], score[row], row);
        }

        double[] all = scores.All();
        double low = all.Min(), high = all.Max();
        if (low == high) throw new DataException($"{Names.Show(path, 200)}: all scores are {low}. Get the file anew.");
        return Array.ConvertAll(all, x => (x - low) / (high - low));
    }

    /// <summary>The reward of scores that <see cref="Read"/> gave, for <see cref="AutoregressiveString"/>(8, 4).</summary>
    public static TableReward Reward(double[] scores, DType dtype = DType.F32)
    {
        ArgumentNullException.ThrowIfNull(scores);
        double most = scores.Max(static y => y * y * y);
        return new TableReward(Length, Alphabet.Length, Array.ConvertAll(scores, y => Math.Log(Math.Max(10 * y * y * y / most, 1e-3))), dtype);
    }
}
