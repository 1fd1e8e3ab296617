namespace Adjoint.Models.DeepIv;

/// <summary>
/// Ridge regression with a free constant for many penalties at once: |y - X b - c|² + α |b|² through the singular values of the centred X, so that neither repeated columns nor columns of very different size matter.
/// </summary>
sealed class RidgePath
{
    readonly Tensor mean;
    readonly double constant;
    readonly Tensor directions;
    readonly double[] values;
    readonly double[] parts;

    /// <summary>Decomposes a design [n, k] for a target [n].</summary>
    public RidgePath(Tensor design, Tensor target)
    {
        mean = design.Mean(0);
        constant = target.Mean().Item();
        var (q, r) = (design - mean).Qr();
        var (u, s, v) = r.Svd();
        directions = v;
        values = s.Read<double>();
        parts = u.Transpose().MatMul(q.Transpose().MatMul((target - constant).Unsqueeze(1))).Read<double>();
    }

    /// <summary>Predictions [m, penalties] for rows [m, k].</summary>
    public Tensor Predict(Tensor rows, IReadOnlyList<double> penalties)
    {
        var weights = new double[values.Length, penalties.Count];
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = 0; j < penalties.Count; j++) weights[i, j] = values[i] / ((values[i] * values[i]) + penalties[j]) * parts[i];
        }

        return (rows - mean).MatMul(directions.MatMul(Tensor.From(weights))) + constant;
    }
}
