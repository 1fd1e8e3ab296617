namespace Adjoint.Models.DeepIv;

/// <summary>What polynomial fits are chosen from.</summary>
/// <param name="Degrees">Degrees of polynomials; those with more than 2,000 monomials are passed over.</param>
/// <param name="Penalties">Ridge penalties α, above 0.</param>
/// <param name="Folds">Contiguous parts of the rows, each held out once.</param>
public sealed record PolynomialGrid(IReadOnlyList<int> Degrees, IReadOnlyList<double> Penalties, int Folds = 5)
{
    /// <summary>Degrees 1 to 3 and α of 1e-5, 1e-4, …, 1e5.</summary>
    public static PolynomialGrid Full { get; } = new([1, 2, 3], [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4, 1e5]);

    /// <summary>The same penalties for the columns themselves.</summary>
    public static PolynomialGrid Linear { get; } = Full with { Degrees = [1] };
}

/// <summary>Ridge regression on all monomials of columns, degree and penalty chosen by cross-validation: the largest mean R² of the parts held out.</summary>
public sealed class PolynomialRegression
{
    const int MostMonomials = 2000;

    readonly RidgePath path;

    PolynomialRegression(RidgePath path, int degree, double penalty, double score) => (this.path, Degree, Penalty, Score) = (path, degree, penalty, score);

    /// <summary>The chosen degree.</summary>
    public int Degree { get; }

    /// <summary>The chosen penalty α.</summary>
    public double Penalty { get; }

    /// <summary>Mean R² of the parts held out.</summary>
    public double Score { get; }

    /// <summary>Chooses and fits.</summary>
    /// <param name="columns">Rows f64 [n, width].</param>
    /// <param name="target">Values f64 [n].</param>
    /// <param name="grid">What is chosen from; <see cref="PolynomialGrid.Full"/> by default.</param>
    /// <exception cref="SettingException">There are fewer than two rows a fold, or too many columns.</exception>
    public static PolynomialRegression Fit(Tensor columns, Tensor target, PolynomialGrid? grid = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(target);
        using var pause = Autodiff.Pause();
        grid ??= PolynomialGrid.Full;
        int n = columns.Shape[0], width = columns.Shape[1];
        if (n < 2 * grid.Folds) throw new SettingException($"Polynomial fit: {n} rows for {grid.Folds} folds. Pass at least {2 * grid.Folds} rows.");
        (int Degree, double Penalty, double Score) best = (0, 0, double.NegativeInfinity);
        foreach (int degree in grid.Degrees)
        {
            if (Monomials.Count(width, degree) > MostMonomials) continue;
            double[] scores = Scores(Monomials.Of(columns, degree), target, grid);
            for (int i = 0; i < scores.Length; i++)
            {
                if (scores[i] > best.Score) best = (degree, grid.Penalties[i], scores[i]);
            }
        }

        if (best.Degree == 0) throw new SettingException($"Polynomial fit: {width} columns have more than {MostMonomials} monomials, or none fits numbers that are finite. Pass fewer columns.");
        return new(new RidgePath(Monomials.Of(columns, best.Degree), target), best.Degree, best.Penalty, best.Score);
    }

    /// <summary>Predictions [m] for rows [m, width].</summary>
    public Tensor Predict(Tensor columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        using var pause = Autodiff.Pause();
        return path.Predict(Monomials.Of(columns, Degree), [Penalty]).Squeeze(1);
    }

    // Mean R² of each penalty over the folds.
    static double[] Scores(Tensor monomials, Tensor target, PolynomialGrid grid)
    {
        int n = target.Count;
        var scores = new double[grid.Penalties.Count];
        for (int fold = 0; fold < grid.Folds; fold++)
        {
            using var step = Step.Begin();
            int start = Start(fold, n, grid.Folds), end = Start(fold + 1, n, grid.Folds);
            Tensor Without(Tensor rows) => TensorMath.Concat([rows.Slice(0, 0, start), rows.Slice(0, end)], 0);
            var path = new RidgePath(Without(monomials), Without(target));
            Tensor held = target.Slice(0, start, end), errors = (path.Predict(monomials.Slice(0, start, end), grid.Penalties) - held.Unsqueeze(1)).Square().Sum(0);
            double spread = (held - held.Mean()).Square().Sum().Item();
            double[] lost = errors.Read<double>();
            for (int i = 0; i < lost.Length; i++) scores[i] += (1 - (lost[i] / spread)) / grid.Folds;
        }

        return scores;
    }

    // The first n mod folds parts have one row more.
    static int Start(int fold, int n, int folds) => (fold * (n / folds)) + Math.Min(fold, n % folds);
}
