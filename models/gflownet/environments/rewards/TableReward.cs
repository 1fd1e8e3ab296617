namespace Adjoint.Models.GFlowNets;

/// <summary>
/// A reward that was written down for every string of one length: the place in the table is the string read as a number in base <c>letters</c>, the first letter the most significant. For environments whose
/// cells are 1 + letter.
/// </summary>
public sealed class TableReward : IReward
{
    readonly int length;
    readonly int letters;
    readonly double[] host;
    readonly Tensor table;
    readonly Tensor powers;

    /// <summary>The reward of all strings; its table lies on the default device.</summary>
    /// <param name="length">Letters of a string, from 1 on.</param>
    /// <param name="letters">Size of the alphabet, from 1 on.</param>
    /// <param name="logReward">log R of each string.</param>
    /// <param name="dtype">F32 or F64, the dtype of log R.</param>
    /// <exception cref="SettingException">A size is out of range, or a value is not finite.</exception>
    /// <exception cref="ShapeException">There are not letters^length values.</exception>
    public TableReward(int length, int letters, double[] logReward, DType dtype = DType.F32)
    {
        ArgumentNullException.ThrowIfNull(logReward);
        this.length = Check.AtLeast(length, 1, "TableReward: length");
        this.letters = Check.AtLeast(letters, 1, "TableReward: letters");
        if (Math.Pow(letters, length) != logReward.Length)
            throw new ShapeException($"TableReward: {logReward.Length} values are not one for each of {letters}^{length} strings. Pass one for each.");
        foreach (double log in logReward) Check.InRange(log, double.MinValue, double.MaxValue, "TableReward: log R");
        host = [.. logReward];
        table = Tensor.From(host).To(dtype);
        var steps = new long[length];
        for (int i = length - 1, step = 1; i >= 0; i--, step *= letters) steps[i] = step;
        powers = Tensor.From(steps);
    }

    /// <summary>Letters of a string.</summary>
    public int Length => length;

    /// <summary>log R of each string.</summary>
    public ReadOnlySpan<double> LogRewards => host;

    /// <inheritdoc/>
    public Tensor LogOf(Tensor states)
    {
        RewardChecks.States("TableReward", states, length);
        return table.Select(0, ((states - 1) * powers).Sum(1));
    }

    /// <summary>Place of a finished string in the table.</summary>
    public int IndexOf(ReadOnlySpan<long> state)
    {
        long index = 0;
        foreach (long cell in state) index = (index * letters) + cell - 1;
        return (int)index;
    }
}
