namespace Adjoint;

/// <summary>Which form of attention runs.</summary>
public enum AttentionMemory
{
    /// <summary>The faster one for the sizes: linear from a few hundred keys on.</summary>
    Automatic,

    /// <summary>All scores at once, in memory that grows with queries times keys.</summary>
    Quadratic,

    /// <summary>Scores block by block, in memory that grows with queries plus keys; their derivative makes them anew.</summary>
    Linear,
}

public static partial class TensorMath
{
    // Scores of one attention from which on blocks are faster than the composition.
    const long LinearFrom = 128 * 128;

    /// <summary>
    /// softmax(scale·q·kᵀ + mask)·v for queries [..., queries, depth], keys [..., keys, depth] and values [..., keys, width]; leading axes (batch, heads) broadcast. Vaswani et al. 2017, equation 1.
    /// </summary>
    /// <param name="queries">[..., queries, depth]</param>
    /// <param name="keys">[..., keys, depth]</param>
    /// <param name="values">[..., keys, width]</param>
    /// <param name="mask">
    /// Broadcasts to [..., queries, keys]: bool, true where a query may see a key, or floats that are added to the scores, -∞ hiding a key; derivatives flow to them. A query that sees no key gets
    /// zeros, and gives no derivative.
    /// </param>
    /// <param name="causal">Whether query i sees keys 0 to i only, besides the mask.</param>
    /// <param name="scale">Factor on the products; 1/√depth by default.</param>
    /// <param name="memory">Which form runs; both give the same up to rounding.</param>
    /// <returns>[..., queries, width]</returns>
    /// <exception cref="ShapeException">Sizes do not fit.</exception>
    /// <exception cref="DTypeException">Dtypes differ, or the mask is neither bool nor of the queries' dtype.</exception>
    /// <exception cref="SettingException">The scale is not a finite number.</exception>
    public static Tensor ScaledDotProductAttention(
        this Tensor queries, Tensor keys, Tensor values, Tensor? mask = null, bool causal = false, double? scale = null, AttentionMemory memory = AttentionMemory.Automatic)
    {
        const string Name = "ScaledDotProductAttention";
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        Require.Float(Name, queries);
        Require.SameType(Name, queries, keys);
        Require.SameType(Name, queries, values);
        Require.MinimumRank(Name, "the queries", queries, 2);
        Require.MinimumRank(Name, "the keys", keys, 2);
        Require.MinimumRank(Name, "the values", values, 2);
        AttentionShapes.CheckInner(Name, queries.Shape, keys.Shape, values.Shape);
        Shape lead = Shape.Broadcast(Name, Lead(queries), Shape.Broadcast(Name, Lead(keys), Lead(values)));
        int rows = queries.Shape[-2], columns = keys.Shape[-2];
        if (mask is not null)
        {
            if (mask.DType != DType.Bool && mask.DType != queries.DType)
                throw new DTypeException($"{Name}: the mask is {mask.DType.Name()}, neither bool nor the queries' {queries.DType.Name()}. Convert it with To.");
            if (mask.Rank < 2) mask = mask.Reshape([.. Enumerable.Repeat(1, 2 - mask.Rank), .. mask.Shape.Sizes]);
            Require.BroadcastsTo(Name, "the mask", [.. mask.Shape[^2..]], [rows, columns]);
            lead = Shape.Broadcast(Name, lead, Lead(mask));
        }

        double factor = scale ?? (queries.Shape[-1] == 0 ? 1 : 1 / Math.Sqrt(queries.Shape[-1]));
        if (!double.IsFinite(factor)) throw new SettingException($"{Name}: the scale {factor} is not a finite number. Choose one.");
        if (columns == 0 || rows == 0) return Tensor.Zeros([.. lead, rows, values.Shape[-1]], queries.DType, queries.Device);
        bool isLinear = memory == AttentionMemory.Linear || (memory == AttentionMemory.Automatic && (long)rows * columns >= LinearFrom);
        Tensor? bias = mask is { } floats && floats.DType != DType.Bool ? mask : null, seen = bias is null ? mask : null;
        return isLinear ? Blockwise(queries, keys, values, bias, seen, causal, factor, lead) : PlainAttention.Of(queries, keys, values, bias, seen, causal, factor);
    }

    static Tensor Blockwise(Tensor queries, Tensor keys, Tensor values, Tensor? bias, Tensor? seen, bool causal, double scale, Shape lead)
    {
        if (seen is not null)
        {
            DType type = queries.DType;
            bias = Where(seen, Tensor.Scalar(0, type, queries.Device), Tensor.Scalar(double.NegativeInfinity, type, queries.Device));
        }

        // The op takes two leading axes.
        int heads = lead.Rank == 0 ? 1 : lead[-1], batch = lead.Rank == 0 ? 1 : lead.CountOf(..^1);
        Tensor Heads(Tensor x) => x.Expand([.. lead, .. x.Shape[^2..]]).Reshape([batch, heads, .. x.Shape[^2..]]).Contiguous();
        var op = new Attention(causal, scale);
        Tensor q = Heads(queries), k = Heads(keys), v = Heads(values);
        Tensor y = bias is null ? Dispatch.RunMany(op, q, k, v)[0] : Dispatch.RunMany(op, q, k, v, Biases(bias, lead, keys.Shape[-2]))[0];
        return y.Reshape([.. lead, .. y.Shape[^2..]]);
    }

    // A bias with two leading axes, which stay single where they can.
    static Tensor Biases(Tensor bias, Shape lead, int keys)
    {
        Shape own = [.. Enumerable.Repeat(1, lead.Rank + 2 - bias.Rank), .. bias.Shape[..^1], keys];
        bias = bias.Expand(own);
        int batch = lead.Rank < 2 ? 1 : own.CountOf(..(lead.Rank - 1)), heads = lead.Rank == 0 ? 1 : own[lead.Rank - 1];
        if (batch > 1 && lead.Rank > 2)
        {
            batch = lead.CountOf(..^1);
            bias = bias.Expand([.. lead[..^1], heads, .. own[^2..]]);
        }

        return bias.Reshape([batch, heads, .. own[^2..]]).Contiguous();
    }

    static Shape Lead(Tensor x) => [.. x.Shape[..^2]];
}
