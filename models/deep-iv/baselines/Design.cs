namespace Adjoint.Models.DeepIv;

/// <summary>Matrices of regressors.</summary>
static class Design
{
    /// <summary>Vectors [rows] and matrices [rows, columns] side by side, f64; those without columns are left out.</summary>
    public static Tensor Join(params ReadOnlySpan<Tensor> parts)
    {
        var columns = new List<Tensor>();
        foreach (Tensor part in parts)
        {
            Tensor matrix = (part.Rank == 1 ? part.Unsqueeze(1) : part).To(DType.F64);
            if (matrix.Shape[1] > 0) columns.Add(matrix);
        }

        return columns.Count == 1 ? columns[0].Contiguous() : TensorMath.Concat([.. columns], 1);
    }

    /// <summary>The same after a column of ones.</summary>
    public static Tensor WithConstant(params ReadOnlySpan<Tensor> parts) => Join([Tensor.Ones([parts[0].Shape[0], 1], DType.F64), .. parts]);

    /// <summary>Orthogonal factors of a matrix whose columns are independent.</summary>
    /// <exception cref="SettingException">They are not, or there are not more rows than columns.</exception>
    public static (Tensor Q, Tensor R) Orthogonal(string estimator, Tensor matrix, IReadOnlyList<string> columns)
    {
        int n = matrix.Shape[0], k = matrix.Shape[1];
        if (n <= k) throw new SettingException($"{estimator}: {n} rows for {k} coefficients. Pass more rows, or fewer columns.");
        var (q, r) = matrix.Qr();
        double[] diagonal = r.Diagonal().Abs().Read<double>(), lengths = r.Square().Sum(0).Sqrt().Read<double>();
        for (int i = 0; i < k; i++)
        {
            // Written so that a NaN fails as well.
            if (!(diagonal[i] > 1e-12 * lengths[i])) throw new SettingException($"{estimator}: column '{columns[i]}' depends on the columns before it. Leave it out.");
        }

        return (q, r);
    }

    /// <summary>The projection of columns on those of an orthogonal matrix.</summary>
    public static Tensor Project(Tensor q, Tensor columns) => q.MatMul(q.Transpose().MatMul(columns));

    /// <summary>Σ of squares of what a projection leaves of y [n].</summary>
    public static double SquaredRest(Tensor q, Tensor y)
    {
        Tensor column = y.Reshape(y.Count, 1);
        return (column - Project(q, column)).Square().Sum().Item();
    }

    /// <summary>Checks shapes and finiteness before a linear fit.</summary>
    /// <exception cref="SettingException">There are several treatments, or a number is not finite.</exception>
    public static void Check(string estimator, InstrumentData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Treatment.Rank != 1)
            throw new SettingException($"{estimator}: {data.Treatment.Shape[-1]} treatments {data.Treatment.Shape}, one is supported. Pass one as the treatment, and the others as covariates.");
        double sum = data.Outcome.Sum().Item() + data.Treatment.Sum().Item() + data.Instruments.Sum().Item() + (data.Covariates.Count == 0 ? 0 : data.Covariates.Sum().Item());
        if (!double.IsFinite(sum)) throw new SettingException($"{estimator}: a number of the data is not finite. Leave such rows out.");
    }
}
