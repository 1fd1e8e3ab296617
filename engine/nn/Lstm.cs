namespace Adjoint;

/// <summary>Output and memory of a long short-term memory, each [batch, hidden].</summary>
/// <param name="Hidden">h, what goes to other layers.</param>
/// <param name="Memory">c, what stays inside.</param>
public readonly record struct LstmState(Tensor Hidden, Tensor Memory);

/// <summary>
/// One step of a long short-term memory (Hochreiter, Schmidhuber 1997; Gers et al. 2000) as PyTorch has it, with its gates in the order input i, forget f, candidate g, output o: c' = f·c + i·g,
/// h' = o·tanh(c'). Parameters <c>weight_ih</c>, <c>weight_hh</c>, <c>bias_ih</c>, <c>bias_hh</c>.
/// </summary>
public sealed class LstmCell : Module
{
    readonly RecurrentWeights weights;

    /// <summary>Makes the cell.</summary>
    /// <exception cref="SettingException">A size is below 1.</exception>
    public LstmCell(int inputs, int hidden, bool bias = true) =>
        weights = new(Add, 4, Check.AtLeast(inputs, 1, "LstmCell inputs"), Check.AtLeast(hidden, 1, "LstmCell hidden"), bias, "");

    /// <summary>The state after an input [batch, inputs].</summary>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public LstmState Forward(Tensor x, LstmState state)
    {
        weights.Check("LstmCell", x, state.Hidden, 2);
        weights.Check("LstmCell", x, state.Memory, 2);
        return Step(weights, weights.OfInput(x), state);
    }

    internal static LstmState Step(RecurrentWeights weights, Tensor input, LstmState state)
    {
        Tensor gates = input + weights.OfState(state.Hidden);
        Tensor memory = (weights.Gate(gates, 1).Sigmoid() * state.Memory) + (weights.Gate(gates, 0).Sigmoid() * weights.Gate(gates, 2).Tanh());
        return new(weights.Gate(gates, 3).Sigmoid() * memory.Tanh(), memory);
    }
}

/// <summary>
/// Long short-term memories over sequences, [batch, steps, inputs] → [batch, steps, hidden], some layers on top of each other: PyTorch's with the batch first, and its names of weights. The inputs of all
/// steps are multiplied at once.
/// </summary>
public sealed class Lstm : Layer
{
    readonly RecurrentWeights[] layers;

    /// <summary>Makes the layers.</summary>
    /// <exception cref="SettingException">A size is below 1.</exception>
    public Lstm(int inputs, int hidden, int layers = 1, bool bias = true)
    {
        Check.AtLeast(inputs, 1, "Lstm inputs");
        Check.AtLeast(hidden, 1, "Lstm hidden");
        this.layers = new RecurrentWeights[Check.AtLeast(layers, 1, "Lstm layers")];
        for (int i = 0; i < layers; i++) this.layers[i] = new(Add, 4, i == 0 ? inputs : hidden, hidden, bias, RecurrentWeights.Suffix(i));
    }

    /// <summary>The last layer's outputs after every step, from states of zero.</summary>
    public override Tensor Forward(Tensor x) => Forward(x, null).Outputs;

    /// <summary>The last layer's outputs after every step, and each layer's state after the last.</summary>
    /// <param name="x">[batch, steps, inputs]</param>
    /// <param name="states">One for each layer; zeros by default.</param>
    /// <exception cref="ShapeException">The shapes do not fit, or there are no steps.</exception>
    public (Tensor Outputs, LstmState[] States) Forward(Tensor x, IReadOnlyList<LstmState>? states)
    {
        var last = new LstmState[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            RecurrentWeights weights = layers[i];
            weights.Check("Lstm", x, states?[i].Hidden, 3);
            weights.Check("Lstm", x, states?[i].Memory, 3);
            Tensor zero = Tensor.Zeros([x.Shape[0], weights.Hidden], x.DType, x.Device);
            LstmState state = states?[i] ?? new(zero, zero);
            Tensor[] inputs = weights.OfInput(x).Unstack(1), all = new Tensor[inputs.Length];
            for (int step = 0; step < all.Length; step++)
            {
                state = LstmCell.Step(weights, inputs[step], state);
                all[step] = state.Hidden;
            }

            x = TensorMath.Stack(all, 1);
            last[i] = state;
        }

        return (x, last);
    }
}
