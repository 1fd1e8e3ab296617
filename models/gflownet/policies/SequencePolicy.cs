namespace Adjoint.Models.GFlowNets;

/// <summary>
/// A transformer over the cells of a state as tokens, behind one more token that stands for the whole: the policy of bit sequences (gflownet specification, section 4). The token of a position gives the
/// logits of the actions there, so actions are position·letters + letter; the first token gives ways back and flow.
/// </summary>
public sealed class SequencePolicy : Policy
{
    readonly Embedding embedding;
    readonly SinusoidalPositions positions;
    readonly TransformerEncoder encoder;
    readonly Linear letters;
    readonly Linear? whole;
    readonly int cells;
    readonly int levels;
    readonly int width;

    /// <summary>Makes the layers.</summary>
    /// <param name="layout">The heads; as many actions as positions times letters.</param>
    /// <param name="cells">Positions.</param>
    /// <param name="levels">Each cell is in 0 … levels-1.</param>
    /// <param name="width">Size of a token and of the feed-forward layers.</param>
    /// <param name="heads">Heads of the attention.</param>
    /// <param name="depth">Layers.</param>
    /// <exception cref="SettingException">The actions are not the same number for each position.</exception>
    public SequencePolicy(PolicyLayout layout, int cells, int levels, int width = 64, int heads = 8, int depth = 3) : base(layout)
    {
        if (Layout.Actions % cells != 0) throw new SettingException($"SequencePolicy: {Layout.Actions} actions are not the same number for each of {cells} positions. Use it where an action is a position and a letter.");
        this.cells = cells;
        this.levels = levels;
        this.width = width;
        embedding = Child("embedding", new Embedding(levels + 1, width));
        positions = Child("positions", new SinusoidalPositions(cells + 1, width));
        var layers = new TransformerEncoderLayer[depth];
        for (int i = 0; i < depth; i++) layers[i] = new TransformerEncoderLayer(width, heads, width);
        encoder = Child("encoder", new TransformerEncoder(layers));
        letters = Child("letters", new Linear(width, Layout.Actions / cells));
        int rest = Layout.Width - Layout.Actions;
        if (rest > 0) whole = Child("whole", new Linear(width, rest));

        // Made now, since a plan cannot make it.
        positions.Table();
    }

    /// <inheritdoc/>
    public override long FlopsPerState
    {
        get
        {
            long tokens = cells + 1, layer = (6L * width * width) + (4L * tokens * width);
            return (tokens * encoder.Layers.Count * 2 * layer) + (2L * cells * width * letters.Outputs);
        }
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor states)
    {
        ArgumentNullException.ThrowIfNull(states);
        int rows = states.Shape[0];
        Tensor start = Tensor.Full([rows, 1], levels, DType.I64);
        Tensor tokens = encoder.Forward(positions.Forward(embedding.Forward(TensorMath.Concat([start, states], 1))));
        Tensor logits = letters.Forward(tokens.Slice(1, 1)).Reshape(rows, Layout.Actions);
        return whole is null ? logits : TensorMath.Concat([logits, whole.Forward(tokens.At(1, 0))], 1);
    }
}
