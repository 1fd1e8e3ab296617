namespace Adjoint;

/// <summary>
/// One step of a gated recurrent unit (Cho et al. 2014) as PyTorch has it: reset r, update z and candidate n = tanh(Wx + b + r·(Uh + c)), h' = (1 - z)·n + z·h. Parameters <c>weight_ih</c>, <c>weight_hh</c>,
/// <c>bias_ih</c>, <c>bias_hh</c>.
/// </summary>
public sealed class GruCell : Module
{
    readonly RecurrentWeights weights;

    /// <summary>Makes the cell.</summary>
    /// <exception cref="SettingException">A size is below 1.</exception>
    public GruCell(int inputs, int hidden, bool bias = true) =>
        weights = new(Add, 3, Check.AtLeast(inputs, 1, "GruCell inputs"), Check.AtLeast(hidden, 1, "GruCell hidden"), bias, "");

    /// <summary>The state after an input.</summary>
    /// <param name="x">[batch, inputs]</param>
    /// <param name="state">[batch, hidden]</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor state)
    {
        ArgumentNullException.ThrowIfNull(state);
        weights.Check("GruCell", x, state, 2);
        return Step(weights, weights.OfInput(x), state);
    }

    internal static Tensor Step(RecurrentWeights weights, Tensor input, Tensor state)
    {
        Tensor past = weights.OfState(state);
        Tensor reset = (weights.Gate(input, 0) + weights.Gate(past, 0)).Sigmoid(), update = (weights.Gate(input, 1) + weights.Gate(past, 1)).Sigmoid();
        Tensor candidate = (weights.Gate(input, 2) + (reset * weights.Gate(past, 2))).Tanh();
        return candidate + (update * (state - candidate));
    }
}

/// <summary>
/// Gated recurrent units over sequences, [batch, steps, inputs] → [batch, steps, hidden], some layers on top of each other: PyTorch's with the batch first, and its names <c>weight_ih_l0</c>,
/// <c>weight_hh_l0</c>, <c>bias_ih_l0</c>, <c>bias_hh_l0</c>. The inputs of all steps are multiplied at once.
/// </summary>
public sealed class Gru : Layer
{
    readonly RecurrentWeights[] layers;

    /// <summary>Makes the layers.</summary>
    /// <exception cref="SettingException">A size is below 1.</exception>
    public Gru(int inputs, int hidden, int layers = 1, bool bias = true)
    {
        Check.AtLeast(inputs, 1, "Gru inputs");
        Check.AtLeast(hidden, 1, "Gru hidden");
        this.layers = new RecurrentWeights[Check.AtLeast(layers, 1, "Gru layers")];
        for (int i = 0; i < layers; i++) this.layers[i] = new(Add, 3, i == 0 ? inputs : hidden, hidden, bias, RecurrentWeights.Suffix(i));
    }

    /// <summary>The last layer's states after every step, from states of zero.</summary>
    public override Tensor Forward(Tensor x) => Forward(x, null).Outputs;

    /// <summary>The last layer's states after every step, and each layer's state after the last.</summary>
    /// <param name="x">[batch, steps, inputs]</param>
    /// <param name="states">One [batch, hidden] for each layer; zeros by default.</param>
    /// <exception cref="ShapeException">The shapes do not fit, or there are no steps.</exception>
    public (Tensor Outputs, Tensor[] States) Forward(Tensor x, IReadOnlyList<Tensor>? states)
    {
        var last = new Tensor[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            RecurrentWeights weights = layers[i];
            weights.Check("Gru", x, states?[i], 3);
            Tensor state = states?[i] ?? Tensor.Zeros([x.Shape[0], weights.Hidden], x.DType, x.Device);
            Tensor[] inputs = weights.OfInput(x).Unstack(1), all = new Tensor[inputs.Length];
            for (int step = 0; step < all.Length; step++) all[step] = state = GruCell.Step(weights, inputs[step], state);
            x = TensorMath.Stack(all, 1);
            last[i] = state;
        }

        return (x, last);
    }
}
