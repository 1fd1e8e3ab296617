using System.Globalization;

namespace Adjoint;

/// <summary>Layers one after another. Parameters are named by position, as in PyTorch: <c>0.weight</c>, <c>2.weight</c>; activations count.</summary>
public sealed class Sequential : Layer
{
    readonly Layer[] layers;

    /// <summary>Makes the chain.</summary>
    public Sequential(params ReadOnlySpan<Layer> layers)
    {
        this.layers = layers.ToArray();
        for (int i = 0; i < layers.Length; i++) Child(i.ToString(CultureInfo.InvariantCulture), layers[i]);
    }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer> Layers => layers;

    public override Tensor Forward(Tensor x)
    {
        foreach (Layer layer in layers) x = layer.Forward(x);
        return x;
    }
}

/// <summary>Several models under one roof, so that they share a <see cref="ParameterSet"/>: a policy and a flow, a generator and a critic.</summary>
public sealed class Composite : Module
{
    /// <summary>Registers each model under its name.</summary>
    /// <exception cref="SettingException">A name is empty or taken.</exception>
    public Composite(params ReadOnlySpan<(string Name, Module Module)> models)
    {
        foreach (var (name, module) in models) Child(name, module);
    }
}
