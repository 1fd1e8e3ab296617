namespace Adjoint;

/// <summary>Attention as a composition that holds all scores: for short sequences, and where derivatives of any order are taken.</summary>
static class PlainAttention
{
    // Far below every score, yet finite: a row of these alone has weights, which the mask then sets to zero.
    const double Hidden = -1e30;

    /// <summary>softmax(scale·q·kᵀ + bias)·v, where a bias of -∞ hides a key.</summary>
    public static Tensor Of(Tensor queries, Tensor keys, Tensor values, Tensor? bias, bool causal, double scale) => Of(queries, keys, values, bias, null, causal, scale);

    /// <summary>The same where a mask says which keys may be seen as well; null for all.</summary>
    public static Tensor Of(Tensor queries, Tensor keys, Tensor values, Tensor? bias, Tensor? seen, bool causal, double scale) =>
        Weights(queries, keys, bias, seen, causal, scale).MatMul(values);

    /// <summary>The weights [..., queries, keys] alone.</summary>
    public static Tensor Weights(Tensor queries, Tensor keys, Tensor? bias, Tensor? seen, bool causal, double scale)
    {
        Tensor scores = (queries * scale).MatMul(keys.Transpose());
        if (bias is not null)
        {
            Tensor finite = bias.Detach().Greater(double.NegativeInfinity);
            scores += TensorMath.Where(finite, bias, Tensor.Scalar(0, bias.DType, bias.Device));
            seen = seen is null ? finite : seen.And(finite);
        }

        if (causal) seen = seen is null ? Past(queries, keys) : seen.And(Past(queries, keys));
        if (seen is null) return scores.Softmax();
        Tensor weights = TensorMath.Where(seen, scores, Tensor.Scalar(Hidden, scores.DType, scores.Device)).Softmax();
        return TensorMath.Where(seen, weights, Tensor.Scalar(0, scores.DType, scores.Device));
    }

    static Tensor Past(Tensor queries, Tensor keys)
    {
        Tensor rows = Tensor.Range(queries.Shape[-2], device: queries.Device), columns = Tensor.Range(keys.Shape[-2], device: queries.Device);
        return rows.Unsqueeze(1).GreaterOrEqual(columns);
    }

    /// <summary>The tangent of something made of the inputs of a rule.</summary>
    public static Tensor Tangent(JvpRule rule, Tensor[] inputs, Tensor value, bool keep)
    {
        var moved = new List<Tensor>();
        var tangents = new List<Tensor>();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (rule.Tangent(i) is not { } tangent) continue;
            moved.Add(inputs[i]);
            tangents.Add(tangent);
        }

        return Autodiff.Jvp([value], moved.ToArray(), tangents.ToArray(), keep, cut: true)[0];
    }
}
