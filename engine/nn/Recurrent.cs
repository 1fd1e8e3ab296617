using System.Globalization;

namespace Adjoint;

/// <summary>
/// Weights of one recurrent layer, with the names and the order of gates of PyTorch: from inputs [gates·hidden, inputs], from the state [gates·hidden, hidden], and a bias for each. First values are
/// uniform within ±1/√hidden.
/// </summary>
sealed class RecurrentWeights
{
    readonly Parameter fromInput;
    readonly Parameter fromState;
    readonly Parameter? inputBias;
    readonly Parameter? stateBias;

    public RecurrentWeights(Func<string, Shape, Initializer, Parameter> add, int gates, int inputs, int hidden, bool bias, string suffix)
    {
        Initializer uniform = Initializers.Uniform(1 / Math.Sqrt(hidden));
        fromInput = add("weight_ih" + suffix, [gates * hidden, inputs], uniform);
        fromState = add("weight_hh" + suffix, [gates * hidden, hidden], uniform);
        if (bias) inputBias = add("bias_ih" + suffix, [gates * hidden], uniform);
        if (bias) stateBias = add("bias_hh" + suffix, [gates * hidden], uniform);
        Inputs = inputs;
        Hidden = hidden;
    }

    public int Inputs { get; }

    public int Hidden { get; }

    public Tensor OfInput(Tensor x) => Affine(x, fromInput, inputBias);

    public Tensor OfState(Tensor h) => Affine(h, fromState, stateBias);

    public void Check(string layer, Tensor x, Tensor? state, int axes)
    {
        ArgumentNullException.ThrowIfNull(x);
        string what = axes == 2 ? "[batch, " : "[batch, steps, ";
        if (x.Rank != axes || x.Shape[-1] != Inputs) throw new ShapeException($"{layer} {fromInput.Name}: the input {x.Shape} is not {what}{Inputs}]. Reshape it, or make the layer for its size.");
        if (state is not null && (state.Rank != 2 || state.Shape[0] != x.Shape[0] || state.Shape[1] != Hidden))
            throw new ShapeException($"{layer} {fromInput.Name}: the state {state.Shape} is not [{x.Shape[0]}, {Hidden}]. Pass one row for each sample.");
    }

    static Tensor Affine(Tensor x, Parameter weight, Parameter? bias)
    {
        Tensor y = x.MatMul(weight.Value.Transpose());
        return bias is null ? y : y + bias.Value;
    }

    /// <summary>One part of the gates [batch, gates·hidden].</summary>
    public Tensor Gate(Tensor gates, int index) => gates.Slice(-1, index * Hidden, (index + 1) * Hidden);

    /// <summary>Number of a layer in the names of its weights.</summary>
    public static string Suffix(int layer) => "_l" + layer.ToString(CultureInfo.InvariantCulture);
}
