namespace Adjoint;

/// <summary>
/// x·Wᵀ + b on the last axis: [..., in] → [..., out]. The weight is [out, in], as in PyTorch, so that files of weights fit by name; the product takes
/// the transposed view without a copy. In an <see cref="Ensemble{TModule}"/> weights are [members, out, in] and inputs [rows, in] or [members, rows, in].
/// </summary>
public sealed class Linear : Layer
{
    /// <summary>Makes the layer; without initialisers its first values are PyTorch's, uniform within ±1/√in for weight and bias.</summary>
    /// <exception cref="SettingException">A size is below 1.</exception>
    public Linear(int inputs, int outputs, bool bias = true, Initializer? weightInitializer = null, Initializer? biasInitializer = null)
    {
        Inputs = Check.AtLeast(inputs, 1, "Linear inputs");
        Outputs = Check.AtLeast(outputs, 1, "Linear outputs");
        Weight = Add("weight", [outputs, inputs], weightInitializer ?? Initializers.LinearDefault);
        if (bias) Bias = Add("bias", [outputs], biasInitializer ?? Initializers.Uniform(1 / Math.Sqrt(inputs)));
    }

    /// <summary>Size of the last axis of the input.</summary>
    public int Inputs { get; }

    /// <summary>Size of the last axis of the result.</summary>
    public int Outputs { get; }

    /// <summary>[out, in]</summary>
    public Parameter Weight { get; }

    /// <summary>[out]; null without bias.</summary>
    public Parameter? Bias { get; }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The last axis is not of size <see cref="Inputs"/>.</exception>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 0 || x.Shape[-1] != Inputs)
            throw new ShapeException($"Linear {Weight.Name}: the input {x.Shape} does not end in {Inputs}. Reshape it, or make the layer for its size.");
        Tensor weight = Weight.Value, y = x.MatMul(weight.Transpose());
        if (Bias is null) return y;

        // Of the members of an ensemble, each has a bias of its own for all its rows.
        return y + (weight.Rank == 2 ? Bias.Value : Bias.Value.Unsqueeze(-2));
    }
}
