namespace Adjoint.Models.GFlowNets;

/// <summary>
/// A row of numbers of its own for every state, so that every policy and every flow can be written down: shows what an objective does without the limits of a network. For environments of few states.
/// </summary>
public sealed class TabularPolicy : Policy
{
    const long MostRows = 1 << 22;

    readonly Embedding table;
    readonly int cells;
    readonly Tensor strides;

    /// <summary>Makes the table, of zeros at first: the uniform policy.</summary>
    /// <param name="layout">The heads.</param>
    /// <param name="cells">How many leading cells of a state tell it from others.</param>
    /// <param name="levels">Each cell is in 0 … levels-1.</param>
    /// <exception cref="SettingException">There are too many states.</exception>
    public TabularPolicy(PolicyLayout layout, int cells, int levels) : base(layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        this.cells = cells;
        var places = new long[cells];
        long count = 1;
        for (int i = 0; i < cells; i++, count *= levels)
        {
            places[i] = count;
            if (count * levels > MostRows) throw new SettingException($"TabularPolicy: {levels}^{cells} states are more than {MostRows}. Choose a network, or a smaller environment.");
        }

        strides = Tensor.From(places);
        table = Child("table", new Embedding((int)count, layout.Width, Initializers.Zeros));
    }

    /// <summary>The rows [levels^cells, width]; cell i of a state counts levels^i.</summary>
    public Parameter Table => table.Weight;

    /// <summary>None: a row is looked up.</summary>
    public override long FlopsPerState => 0;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor states)
    {
        ArgumentNullException.ThrowIfNull(states);
        Tensor seen = states.Shape[1] == cells ? states : states.Slice(1, 0, cells);
        return table.Forward((seen * strides).Sum(1));
    }
}
