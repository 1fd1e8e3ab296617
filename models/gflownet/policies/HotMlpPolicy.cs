namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Linear layers with relu between them over states as k-hot rows, one one a cell: the first layer adds up the rows of its weight that the cells name. The policy of the grids and of short strings (gflownet
/// specification, section 3.4). Hidden weights are [in, out], so that the few rows of a sampling step need not turn them; the
/// last is [out, in], since its derivative is fast as one of few rows.
/// </summary>
public sealed class HotMlpPolicy : RecallingPolicy
{
    const int MostWords = 10_000;

    readonly HotLinear first;
    readonly Parameter[] weights;
    readonly Parameter[] biases;
    readonly Linear last;
    readonly int cells;
    readonly int levels;
    readonly int window;

    /// <summary>Makes the layers.</summary>
    /// <param name="layout">The heads.</param>
    /// <param name="cells">How many leading cells of a state the policy sees.</param>
    /// <param name="levels">Each cell is in 0 … levels-1.</param>
    /// <param name="hidden">Widths of the hidden layers; at least one.</param>
    /// <param name="window">
    /// So many neighbouring cells together also name a row of the first weight, the same wherever they stand, for strings whose short words count; 1 for none. Level 0 is that of cells that are empty yet.
    /// </param>
    /// <exception cref="SettingException">There is no hidden layer, or the window is longer than the state or has too many words.</exception>
    public HotMlpPolicy(PolicyLayout layout, int cells, int levels, ReadOnlySpan<int> hidden, int window = 1) : base(layout)
    {
        if (hidden.IsEmpty) throw new SettingException("HotMlpPolicy: no hidden layer. Give at least one width.");
        if (window < 1 || window > cells || WordsOf(levels, window) > MostWords)
            throw new SettingException($"HotMlpPolicy: a window of {window} cells of {levels} levels does not fit {cells} cells, or has more than {MostWords} words. Choose a shorter one.");
        this.window = window;
        this.cells = cells;
        this.levels = levels;
        Widths = [.. hidden, layout.Width];
        int words = window == 1 ? 0 : (int)WordsOf(levels, window);
        first = Child("first", new HotLinear((cells * levels) + words, hidden[0]));
        weights = new Parameter[hidden.Length - 1];
        biases = new Parameter[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            Initializer uniform = Initializers.Uniform(1 / Math.Sqrt(Widths[i]));
            weights[i] = Add($"weight.{i}", [Widths[i], Widths[i + 1]], uniform);
            biases[i] = Add($"bias.{i}", [Widths[i + 1]], uniform);
        }

        last = Child("last", new Linear(hidden[^1], layout.Width));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Widths { get; }

    /// <inheritdoc/>
    public override long FlopsPerState => ((long)(window == 1 ? cells : cells + cells - window + 1) * Widths[0]) + weights.Sum(static weight => 2L * weight.Shape.Elements) + (2L * last.Inputs * last.Outputs);

    /// <inheritdoc/>
    public override Tensor[] Compute(Tensor states)
    {
        var results = new Tensor[Widths.Count];
        results[0] = first.Forward(Places(states)).Relu();
        for (int i = 0; i < weights.Length; i++) results[i + 1] = (results[i].MatMul(weights[i].Value) + biases[i].Value).Relu();
        results[^1] = last.Forward(results[^2]);
        return results;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<Parameter, Tensor> Gradients(Tensor states, Tensor[] results, Tensor cotangent)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(cotangent);
        var gradients = new Dictionary<Parameter, Tensor> { [last.Weight] = cotangent.Transpose().MatMul(results[^2]), [last.Bias!] = cotangent.Sum(0) };
        cotangent = cotangent.MatMul(last.Weight.Value) * results[^2].Heaviside();
        for (int layer = weights.Length - 1; layer >= 0; layer--)
        {
            gradients[weights[layer]] = results[layer].Transpose().MatMul(cotangent);
            gradients[biases[layer]] = cotangent.Sum(0);
            cotangent = cotangent.MatMul(weights[layer].Value.Transpose()) * results[layer].Heaviside();
        }

        gradients[first.Weight] = cotangent.ScatterSum(Places(states), first.Weight.Shape[0]);
        gradients[first.Bias!] = cotangent.Sum(0);
        return gradients;
    }

    Tensor Places(Tensor states)
    {
        Tensor seen = states.Shape[1] == cells ? states : states.Slice(1, 0, cells);
        Tensor single = seen + Tensor.Range(cells, 0, levels, device: states.Device);
        if (window == 1) return single;
        int count = cells - window + 1;
        Tensor word = seen.Slice(1, 0, count);
        for (int i = 1; i < window; i++)
        {
            Tensor letter = seen.Slice(1, i, i + count);
            word = TensorMath.Where(letter.Greater(0), (word * (levels - 1)) + letter, word);
        }

        return TensorMath.Concat([single, word + (cells * levels)], 1);
    }

    // Words of up to so many letters, the empty one included. Their numbers are those of bijective numeration: the letters are the levels from 1 on, 0 is that of cells that are empty yet.
    static long WordsOf(int levels, int window)
    {
        long words = 1;
        for (int i = 0; i < window && words <= MostWords; i++) words = (words * (levels - 1)) + 1;
        return words;
    }
}
