namespace Adjoint.Models.GFlowNets;

/// <summary>
/// The gap between the highest occupied and the lowest empty orbital of 161,051 small molecules of five blocks out of eleven, by a proxy model (Shen et al. 2023), as a reward:
/// R = 100 max(y, 1/1000)⁵ / max of the same (synflownet specification, section 4.1).
/// </summary>
public static class Qm9Small
{
    /// <summary>Blocks of a molecule.</summary>
    public const int Length = 5;

    /// <summary>The blocks in their order: C, O, N, C-F, C=O, C=C, C#C, benzene, cyclohexane, pyrrolidine, propane.</summary>
    public const string Alphabet = "0123456789a";

    const int MostBytes = 64 << 20;

    /// <summary>Reads the gaps from a table with the columns blocks and proxy.</summary>
    /// <exception cref="DataException">The file is missing or damaged, or does not hold one value for each molecule.</exception>
    public static double[] Read(string path)
    {
        CsvTable table = Csv.Read(path, new CsvOptions { Separator = ',', Header = CsvHeader.Yes, MaxBytes = MostBytes });
        string[] blocks = table.Text("blocks");
        double[] proxy = table.Numbers("proxy");
        var scores = new StringScores(path, Length, Alphabet);
        for (int row = 0; row < table.Rows; row++) scores.Set(blocks[row], proxy[row], row);
        double[] all = scores.All();
        return all.Max() > 0 ? all : throw new DataException($"{Names.Show(path, 200)}: no value is positive. Get the file anew.");
    }

    /// <summary>The reward of values that <see cref="Read"/> gave, for <see cref="PrependAppendString"/>(5, 11).</summary>
    public static TableReward Reward(double[] proxies, DType dtype = DType.F32)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        double logMost = 5 * Math.Log(Math.Max(proxies.Max(), 1e-3));
        return new TableReward(Length, Alphabet.Length, Array.ConvertAll(proxies, y => Math.Log(100) + (5 * Math.Log(Math.Max(y, 1e-3))) - logMost), dtype);
    }
}
