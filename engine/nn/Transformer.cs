using System.Globalization;

namespace Adjoint;

/// <summary>
/// A layer of a transformer's encoder (Vaswani et al. 2017, section 3.1): self-attention and two linear layers, each beside a residual path with layer norm behind it, or before it if the norm comes
/// first (Xiong et al. 2020). Names of parameters are PyTorch's.
/// </summary>
public sealed class TransformerEncoderLayer : Layer
{
    readonly Linear first;
    readonly Linear second;
    readonly LayerNorm norm1;
    readonly LayerNorm norm2;
    readonly Activation activation;
    readonly Dropout? dropout;

    /// <summary>Makes the layer.</summary>
    /// <param name="width">Size of a token.</param>
    /// <param name="heads">Heads of the attention.</param>
    /// <param name="hidden">Size between the two linear layers.</param>
    /// <param name="activation">Between them; relu by default.</param>
    /// <param name="normFirst">Whether norms stand before attention and linear layers instead of behind the sums.</param>
    /// <param name="dropout">Drops weights of attention, hidden numbers and what is added to the residual path; null for none.</param>
    /// <param name="bias">Whether linear layers and projections have biases.</param>
    /// <param name="memory">Which form of attention runs.</param>
    /// <exception cref="SettingException">A size is below 1, or the heads do not divide the width.</exception>
    public TransformerEncoderLayer(
        int width, int heads, int hidden, Activation? activation = null, bool normFirst = false, Dropout? dropout = null, bool bias = true,
        AttentionMemory memory = AttentionMemory.Automatic)
    {
        Attention = Child("self_attn", new MultiHeadAttention(width, heads, bias, dropout) { Memory = memory });
        first = Child("linear1", new Linear(width, hidden, bias));
        second = Child("linear2", new Linear(hidden, width, bias));
        norm1 = Child("norm1", new LayerNorm(width));
        norm2 = Child("norm2", new LayerNorm(width));
        this.activation = activation ?? Activation.Relu;
        if (dropout is not null) this.dropout = Child("dropout", dropout);
        NormFirst = normFirst;
    }

    /// <summary>The attention.</summary>
    public MultiHeadAttention Attention { get; }

    /// <summary>Whether norms stand before what they normalise.</summary>
    public bool NormFirst { get; }

    /// <summary>[..., tokens, width] → the same, each token seeing all.</summary>
    public override Tensor Forward(Tensor x) => Forward(x, mask: null);

    /// <summary>The same with a mask that broadcasts to [..., heads, tokens, tokens]; see <see cref="MultiHeadAttention"/>.</summary>
    public Tensor Forward(Tensor x, Tensor? mask, bool causal = false) => Apply(x, tokens => Attention.Forward(tokens, mask, causal));

    /// <summary>New tokens behind those of a cache, causally.</summary>
    public Tensor Forward(Tensor x, AttentionCache cache) => Apply(x, tokens => Attention.Forward(tokens, cache));

    Tensor Apply(Tensor x, Func<Tensor, Tensor> attend)
    {
        if (NormFirst)
        {
            x += Drop(attend(norm1.Forward(x)));
            return x + Drop(Hidden(norm2.Forward(x)));
        }

        x = norm1.Forward(x + Drop(attend(x)));
        return norm2.Forward(x + Drop(Hidden(x)));
    }

    Tensor Hidden(Tensor x) => second.Forward(Drop(activation.Forward(first.Forward(x))));

    Tensor Drop(Tensor x) => dropout?.Forward(x) ?? x;
}

/// <summary>Layers of an encoder one after another, and a norm behind the last if there is one. Parameters are named <c>layers.0.self_attn.in_proj_weight</c>, and so on, as in PyTorch.</summary>
public sealed class TransformerEncoder : Layer
{
    readonly TransformerEncoderLayer[] layers;
    readonly LayerNorm? norm;

    /// <summary>Makes the stack.</summary>
    public TransformerEncoder(ReadOnlySpan<TransformerEncoderLayer> layers, LayerNorm? norm = null)
    {
        this.layers = layers.ToArray();
        for (int i = 0; i < layers.Length; i++) Child("layers." + i.ToString(CultureInfo.InvariantCulture), layers[i]);
        if (norm is not null) this.norm = Child("norm", norm);
    }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<TransformerEncoderLayer> Layers => layers;

    /// <summary>[..., tokens, width] → the same, each token seeing all.</summary>
    public override Tensor Forward(Tensor x) => Forward(x, mask: null);

    /// <summary>The same with a mask for every layer.</summary>
    public Tensor Forward(Tensor x, Tensor? mask, bool causal = false)
    {
        foreach (TransformerEncoderLayer layer in layers) x = layer.Forward(x, mask, causal);
        return norm?.Forward(x) ?? x;
    }

    /// <summary>New tokens behind those of one cache a layer, causally.</summary>
    /// <exception cref="ShapeException">There is not one cache for each layer.</exception>
    public Tensor Forward(Tensor x, IReadOnlyList<AttentionCache> caches)
    {
        ArgumentNullException.ThrowIfNull(caches);
        if (caches.Count != layers.Length) throw new ShapeException($"TransformerEncoder: {caches.Count} caches for {layers.Length} layers. Pass one for each.");
        for (int i = 0; i < layers.Length; i++) x = layers[i].Forward(x, caches[i]);
        return norm?.Forward(x) ?? x;
    }
}
