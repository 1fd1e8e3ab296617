namespace Adjoint.Models.DeepIv;

/// <summary>What a trained run says about its problem, beside linear estimates and other baselines of the same rows.</summary>
sealed class DeepIvJudge
{
    // Rows over which curves and slopes are averaged; more change the third digit and take long with a hundred drawn functions.
    const int MostRows = 300;
    const int CurvePoints = 31;
    const double Tail = 0.025;

    // Half the width of the difference quotient that stands for the slope of a baseline, in deviations of the treatment.
    const double Reach = 0.01;

    readonly Tensor treatments, covariates;
    readonly Lazy<Band> effect;

    // Least and largest value of a treatment of a few values, between which no slope is learned.
    readonly (double From, double To)? range;

    public DeepIvJudge(DeepIvProblem problem, DeepIvEstimator estimator, IUncertainResponse response, IReadOnlyList<Baseline> baselines, double level, Key key)
    {
        (Problem, Estimator, Response, Baselines, Level) = (problem, estimator, response, baselines, level);
        Tensor rows = new Generator(key.Split("rows")).Permutation(problem.Data.Count).Slice(0, 0, Math.Min(MostRows, problem.Data.Count));
        (treatments, covariates) = (problem.Data.Treatment.Select(0, rows), problem.Data.Covariates.Select(0, rows));
        double low = problem.Data.Treatment.Quantile(Tail).Item(), high = problem.Data.Treatment.Quantile(1 - Tail).Item();
        Grid = Tensor.Range(CurvePoints, low, (high - low) / (CurvePoints - 1), DType.F64);
        LeastSquares = OrdinaryLeastSquares.Fit(problem.Linear, problem.LinearColumns);
        TwoStage = TwoStageLeastSquares.Fit(problem.Linear, problem.LinearColumns);
        if (estimator.TreatmentStage.Law.IsFinite) range = (problem.Data.Treatment.Min().Item(), problem.Data.Treatment.Max().Item());
        effect = new(() => EffectAmong(covariates));
        Test = problem.Design?.Test(key.Split("test"));
    }

    /// <summary>The problem.</summary>
    public DeepIvProblem Problem { get; }

    /// <summary>The estimate, with several splits that of the first.</summary>
    public DeepIvEstimator Estimator { get; }

    /// <summary>The estimate with its intervals.</summary>
    public IUncertainResponse Response { get; }

    /// <summary>The baselines that the run asked for.</summary>
    public IReadOnlyList<Baseline> Baselines { get; }

    /// <summary>Points of a simulation with the truth; null for a table.</summary>
    public ResponseTest? Test { get; }

    /// <summary>Share of intervals that are to hold the truth.</summary>
    public double Level { get; }

    /// <summary>Treatments from the 2.5 % to the 97.5 % quantile of those seen.</summary>
    public Tensor Grid { get; }

    /// <summary>Least squares of the same rows.</summary>
    public LinearEstimate LeastSquares { get; }

    /// <summary>Two-stage least squares of the same rows.</summary>
    public TwoStageLeastSquares TwoStage { get; }

    /// <summary>Mean over rows of h at each treatment of the grid.</summary>
    public Band Curve() => Response.Curve(Grid, covariates, Level);

    /// <summary>The same with all rows given something: what the effect is for such rows.</summary>
    public Band CurveAt(RowCondition condition) => Response.Curve(Grid, condition.Apply(covariates), Level);

    /// <summary>The mean of an estimate over rows at each treatment of the grid.</summary>
    public double[] CurveOf(Func<Tensor, Tensor, Tensor> response)
    {
        using var pause = Autodiff.Pause();
        var (p, x) = Crossing.Of(Grid, covariates);
        return response(p, x).Reshape(Grid.Count, covariates.Shape[0]).Mean(1).Read<double>();
    }

    /// <summary>Average effect of one unit more: mean of ∂h/∂p over rows at their treatments, or of the quotient between the least and the largest of a few values.</summary>
    public Band Effect() => effect.Value;

    /// <summary>The same of another response, as a difference quotient.</summary>
    public double EffectOf(Func<Tensor, Tensor, Tensor> response)
    {
        using var pause = Autodiff.Pause();
        if (range is var (from, to))
        {
            Tensor At(double value) => response(Tensor.Full([covariates.Shape[0]], value, DType.F64), covariates);
            return (At(to) - At(from)).Mean().Item() / (to - from);
        }

        double reach = Reach * Problem.Data.Treatment.Variance().Sqrt().Item();
        return (response(treatments + reach, covariates) - response(treatments - reach, covariates)).Mean().Item() / (2 * reach);
    }

    /// <summary>The same as <see cref="Effect"/> with all rows given something.</summary>
    public Band EffectAt(RowCondition condition) => EffectAmong(condition.Apply(covariates));

    /// <summary>Residuals y - h(p, x) of all rows. They are to be unrelated to the instruments, though not to the treatment.</summary>
    public Tensor Residuals() => Problem.Data.Outcome - Response.Predict(Problem.Data.Treatment, Problem.Data.Covariates);

    /// <summary>The final metrics.</summary>
    public IEnumerable<Metric> Metrics()
    {
        yield return new("average_effect", Effect().Estimate[0]);
        if (Response is not PointEstimate)
        {
            yield return new("average_effect_low", Effect().Low[0]);
            yield return new("average_effect_high", Effect().High[0]);
        }

        if (Test is { } test)
        {
            yield return new("mse", test.Error(Response));
            if (Response is not PointEstimate) yield return new("interval_coverage", Response.Points(test.Treatment, test.Covariates, Level).Coverage(test.Truth.Read<double>()));
            yield return new("ols_mse", test.Error(Problem.OnAllColumns(LeastSquares)));
            yield return new("tsls_mse", test.Error(Problem.OnAllColumns(TwoStage)));
        }

        foreach (Baseline baseline in Baselines)
        {
            if (baseline.Response is not { } response) continue;
            if (Test is not null) yield return new($"{baseline.Prefix}_mse", Test.Error(response));
            yield return new($"{baseline.Prefix}_effect", EffectOf(response.Predict));
        }

        yield return new("ols_effect", LeastSquares.Effect.Estimate);
        yield return new("ols_robust_error", LeastSquares.Effect.RobustStandardError);
        yield return new("tsls_effect", TwoStage.Estimate.Effect.Estimate);
        yield return new("tsls_robust_error", TwoStage.Estimate.Effect.RobustStandardError);
        yield return new("first_stage_f", TwoStage.Strength.F);
        if (double.IsFinite(Estimator.TreatmentStage.HeldOutLossOfAll)) yield return new("treatment_held_out", Estimator.TreatmentStage.HeldOutLossOfAll);
        if (double.IsFinite(Estimator.ResponseStage.BestLoss)) yield return new("response_held_out", Estimator.ResponseStage.BestLoss);
    }

    Band EffectAmong(Tensor rows) => range is var (from, to) ? Response.MeanEffect(from, to, rows, Level) : Response.MeanSlope(treatments, rows, Level);
}
