namespace Adjoint;

/// <summary>
/// Linear layers with an activation between each two: [..., sizes[0]] → [..., sizes[^1]]. Parameters are named <c>layers.0.weight</c>,
/// <c>layers.0.bias</c>, and so on.
/// </summary>
public sealed class Mlp : Layer
{
    readonly Linear[] layers;
    readonly Activation activation;
    readonly Activation output;

    /// <summary>Makes the layers.</summary>
    /// <param name="sizes">Size of the input, of each hidden layer, of the result.</param>
    /// <param name="activation">After each layer but the last.</param>
    /// <param name="outputActivation">After the last layer; none by default.</param>
    /// <param name="weightInitializer">First values of all weights; PyTorch's by default.</param>
    /// <param name="biasInitializer">First values of all biases; PyTorch's by default.</param>
    /// <exception cref="SettingException">There are fewer than two sizes, or one is below 1.</exception>
    public Mlp(
        ReadOnlySpan<int> sizes, Activation activation, Activation? outputActivation = null, Initializer? weightInitializer = null, Initializer? biasInitializer = null)
    {
        if (sizes.Length < 2) throw new SettingException($"Mlp: {sizes.Length} sizes make no layer. Give the size of the input and of the result at least.");
        this.activation = activation;
        output = outputActivation ?? Activation.Identity;
        layers = new Linear[sizes.Length - 1];
        for (int i = 0; i < layers.Length; i++)
            layers[i] = Child($"layers.{i}", new Linear(sizes[i], sizes[i + 1], true, weightInitializer, biasInitializer));
    }

    /// <summary>The linear layers, first to last.</summary>
    public IReadOnlyList<Linear> Layers => layers;

    public override Tensor Forward(Tensor x)
    {
        for (int i = 0; i < layers.Length; i++) x = (i + 1 < layers.Length ? activation : output).Forward(layers[i].Forward(x));
        return x;
    }
}
