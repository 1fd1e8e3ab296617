namespace Adjoint;

/// <summary>
/// Attention in several heads with projections (Vaswani et al. 2017, section 3.2.2): [..., tokens, width] → [..., tokens, width]. Parameters are PyTorch's: <c>in_proj_weight</c> [3·width, width] holds
/// the projections of queries, keys and values one below the other.
/// </summary>
public sealed class MultiHeadAttention : Layer
{
    readonly Dropout? dropout;

    /// <summary>Makes the layer; first values are PyTorch's.</summary>
    /// <param name="width">Size of the last axis, a multiple of the heads.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="bias">Whether projections have biases.</param>
    /// <param name="dropout">Drops weights of attention while training; null for none. With it all weights are held, whatever the length.</param>
    /// <exception cref="SettingException">A size is below 1, or the heads do not divide the width.</exception>
    public MultiHeadAttention(int width, int heads, bool bias = true, Dropout? dropout = null)
    {
        Width = Check.AtLeast(width, 1, "MultiHeadAttention width");
        Heads = Check.AtLeast(heads, 1, "MultiHeadAttention heads");
        if (width % heads != 0) throw new SettingException($"MultiHeadAttention: {heads} heads do not divide a width of {width}. Choose a multiple.");
        InputWeight = Add("in_proj_weight", [3 * width, width], Initializers.XavierUniform());
        if (bias) InputBias = Add("in_proj_bias", [3 * width], Initializers.Zeros);
        Output = Child("out_proj", new Linear(width, width, bias, biasInitializer: Initializers.Zeros));
        if (dropout is not null) this.dropout = Child("dropout", dropout);
    }

    /// <summary>Size of the last axis.</summary>
    public int Width { get; }

    /// <summary>Number of heads.</summary>
    public int Heads { get; }

    /// <summary>[3·width, width]</summary>
    public Parameter InputWeight { get; }

    /// <summary>[3·width]; null without biases.</summary>
    public Parameter? InputBias { get; }

    /// <summary>Projection of the joined heads.</summary>
    public Linear Output { get; }

    /// <summary>Which form of attention runs; see <see cref="TensorMath.ScaledDotProductAttention"/>.</summary>
    public AttentionMemory Memory { get; init; }

    /// <summary>Every token attends to every token.</summary>
    public override Tensor Forward(Tensor x) => Forward(x, x, x);

    /// <summary>Every token attends to those that the mask shows it.</summary>
    public Tensor Forward(Tensor x, Tensor? mask, bool causal = false) => Forward(x, x, x, mask, causal);

    /// <summary>Tokens attend to others: cross-attention.</summary>
    /// <param name="queries">[..., queries, width]</param>
    /// <param name="keys">[..., keys, width]</param>
    /// <param name="values">[..., keys, width]</param>
    /// <param name="mask">Broadcasts to [..., heads, queries, keys]; bool, true where a query may see a key, or floats to add. Hide padding by [..., 1, 1, keys].</param>
    /// <param name="causal">Whether query i sees keys 0 to i only.</param>
    /// <exception cref="ShapeException">Sizes do not fit.</exception>
    public Tensor Forward(Tensor queries, Tensor keys, Tensor values, Tensor? mask = null, bool causal = false)
    {
        var (q, k, v) = Project(queries, keys, values);
        return Join(Attend(q, k, v, mask, causal));
    }

    /// <summary>New tokens attend to themselves, causally, and to all tokens that the cache holds, which then holds them too: decoding one token or some at a time.</summary>
    /// <exception cref="ShapeException">The cache is of another shape.</exception>
    public Tensor Forward(Tensor x, AttentionCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var (q, k, v) = Project(x, x, x);
        var (keys, values, mask) = cache.Append(k, v);
        return Join(Attend(q, keys, values, mask, false));
    }

    (Tensor Queries, Tensor Keys, Tensor Values) Project(Tensor queries, Tensor keys, Tensor values)
    {
        CheckWidth(queries);
        CheckWidth(keys);
        CheckWidth(values);
        if (ReferenceEquals(queries, keys) && ReferenceEquals(keys, values))
        {
            Tensor all = queries.MatMul(InputWeight.Value.Transpose());
            if (InputBias is not null) all += InputBias.Value;
            return (Split(all.Slice(-1, 0, Width)), Split(all.Slice(-1, Width, 2 * Width)), Split(all.Slice(-1, 2 * Width)));
        }

        return (Split(Part(queries, 0)), Split(Part(keys, 1)), Split(Part(values, 2)));
    }

    Tensor Part(Tensor x, int part)
    {
        Tensor y = x.MatMul(InputWeight.Value.Slice(0, part * Width, (part + 1) * Width).Transpose());
        return InputBias is null ? y : y + InputBias.Value.Slice(0, part * Width, (part + 1) * Width);
    }

    // [..., tokens, width] as [..., heads, tokens, width / heads].
    Tensor Split(Tensor x) => x.Reshape([.. x.Shape[..^1], Heads, Width / Heads]).Transpose(-3, -2);

    Tensor Join(Tensor x)
    {
        Tensor tokens = x.Transpose(-3, -2);
        return Output.Forward(tokens.Reshape([.. tokens.Shape[..^2], Width]));
    }

    Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? mask, bool causal)
    {
        if (dropout is null || !dropout.Training || dropout.Rate == 0) return q.ScaledDotProductAttention(k, v, mask, causal, memory: Memory);
        bool isSeen = mask?.DType == DType.Bool;
        Tensor weights = PlainAttention.Weights(q, k, isSeen ? null : mask, isSeen ? mask : null, causal, 1 / Math.Sqrt(Width / Heads));
        return dropout.Forward(weights).MatMul(v);
    }

    void CheckWidth(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 2 || x.Shape[-1] != Width)
            throw new ShapeException($"MultiHeadAttention {InputWeight.Name}: the input {x.Shape} is not [..., tokens, {Width}]. Reshape it, or make the layer for its size.");
    }
}
