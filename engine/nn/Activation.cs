namespace Adjoint;

/// <summary>A pointwise function between layers, chosen by name.</summary>
public sealed class Activation : Layer
{
    readonly Func<Tensor, Tensor> function;

    Activation(string name, double gain, Func<Tensor, Tensor> function)
    {
        Name = name;
        Gain = gain;
        this.function = function;
    }

    /// <summary>x</summary>
    public static Activation Identity { get; } = new("identity", 1, static x => x);

    /// <summary>max(x, 0)</summary>
    public static Activation Relu { get; } = new("relu", Math.Sqrt(2), static x => x.Relu());

    /// <summary>x where positive, else 0.01·x.</summary>
    public static Activation LeakyRelu { get; } = new("leaky_relu", Math.Sqrt(2 / (1 + (0.01 * 0.01))), static x => x.LeakyRelu());

    /// <summary>x where positive, else e^x - 1.</summary>
    public static Activation Elu { get; } = new("elu", 1, static x => x.Elu());

    /// <summary>Scaled ELU, Klambauer et al. 2017.</summary>
    public static Activation Selu { get; } = new("selu", 0.75, static x => x.Selu());

    /// <summary>x·sigmoid(x)</summary>
    public static Activation Silu { get; } = new("silu", 1, static x => x.Silu());

    /// <summary>x·Φ(x)</summary>
    public static Activation Gelu { get; } = new("gelu", 1, static x => x.Gelu());

    /// <summary>x·Φ(x) with the usual approximation by tanh.</summary>
    public static Activation GeluTanh { get; } = new("gelu_tanh", 1, static x => x.GeluTanh());

    /// <summary>tanh x</summary>
    public static Activation Tanh { get; } = new("tanh", 5.0 / 3, static x => x.Tanh());

    /// <summary>1/(1 + e^-x)</summary>
    public static Activation Sigmoid { get; } = new("sigmoid", 1, static x => x.Sigmoid());

    /// <summary>log(1 + e^x)</summary>
    public static Activation Softplus { get; } = new("softplus", 1, static x => x.Softplus());

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Activation> All { get; } = [Identity, Relu, LeakyRelu, Elu, Selu, Silu, Gelu, GeluTanh, Tanh, Sigmoid, Softplus];

    /// <summary>Name in settings.</summary>
    public string Name { get; }

    /// <summary>
    /// Factor on the deviation of the weights before it that keeps the variance of activations; the values of PyTorch's calculate_gain, 1 where it
    /// has none.
    /// </summary>
    public double Gain { get; }

    /// <summary>The activation of a name.</summary>
    /// <exception cref="SettingException">No activation has the name.</exception>
    public static Activation Parse(string name) => All.FirstOrDefault(one => one.Name == name)
        ?? throw new SettingException($"'{name}' is not an activation. Choose one of {string.Join(", ", All.Select(static one => one.Name))}.");

    public override Tensor Forward(Tensor x) => function(x);

    public override string ToString() => Name;
}
