namespace Adjoint.Models.DeepIv;

/// <summary>What a trained run says about its problem, beside linear estimates of the same rows.</summary>
sealed class DeepIvJudge
{
    // Rows over which curves and slopes are averaged; more change the third digit and take long with a hundred drawn functions.
    const int MostRows = 300;
    const int CurvePoints = 31;
    const double Tail = 0.025;

    readonly Key key;
    readonly Tensor treatments, covariates;

    public DeepIvJudge(DeepIvProblem problem, DeepIvEstimator estimator, IUncertainResponse response, double level, Key key)
    {
        (Problem, Estimator, Response, Level, this.key) = (problem, estimator, response, level, key);
        Tensor rows = new Generator(key.Split("rows")).Permutation(problem.Data.Count).Slice(0, 0, Math.Min(MostRows, problem.Data.Count));
        (treatments, covariates) = (problem.Data.Treatment.Select(0, rows), problem.Data.Covariates.Select(0, rows));
        double low = problem.Data.Treatment.Quantile(Tail).Item(), high = problem.Data.Treatment.Quantile(1 - Tail).Item();
        Grid = Tensor.Range(CurvePoints, low, (high - low) / (CurvePoints - 1), DType.F64);
        LeastSquares = OrdinaryLeastSquares.Fit(problem.Linear, problem.LinearColumns);
        TwoStage = TwoStageLeastSquares.Fit(problem.Linear, problem.LinearColumns);
    }

    /// <summary>The problem.</summary>
    public DeepIvProblem Problem { get; }

    /// <summary>The estimate.</summary>
    public DeepIvEstimator Estimator { get; }

    /// <summary>The estimate with its intervals.</summary>
    public IUncertainResponse Response { get; }

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

    /// <summary>The same with one covariate set to a value in all rows: what the effect is for such rows.</summary>
    public Band CurveAt(int covariate, double value) => Response.Curve(Grid, With(covariate, value), Level);

    /// <summary>The mean of an estimate over rows at each treatment of the grid.</summary>
    public double[] CurveOf(Func<Tensor, Tensor, Tensor> response)
    {
        using var pause = Autodiff.Pause();
        var (p, x) = Crossing.Of(Grid, covariates);
        return response(p, x).Reshape(Grid.Count, covariates.Shape[0]).Mean(1).Read<double>();
    }

    /// <summary>Mean of ∂h/∂p over rows at their treatments.</summary>
    public Band MeanSlope() => Response.MeanSlope(treatments, covariates, Level);

    /// <summary>The same with one covariate set to a value in all rows.</summary>
    public Band MeanSlopeAt(int covariate, double value) => Response.MeanSlope(treatments, With(covariate, value), Level);

    /// <summary>Residuals y - h(p, x) of all rows. They are to be unrelated to the instruments, though not to the treatment.</summary>
    public Tensor Residuals() => Problem.Data.Outcome - Response.Predict(Problem.Data.Treatment, Problem.Data.Covariates);

    /// <summary>The final metrics.</summary>
    public IEnumerable<Metric> Metrics()
    {
        Band slope = MeanSlope();
        yield return new("average_effect", slope.Estimate[0]);
        if (Response is not PointEstimate)
        {
            yield return new("average_effect_low", slope.Low[0]);
            yield return new("average_effect_high", slope.High[0]);
        }

        if (Problem.Design is { } design)
        {
            ResponseTest test = design.Test(key.Split("test"));
            yield return new("mse", test.Error(Estimator));
            if (Response is not PointEstimate) yield return new("interval_coverage", Response.Points(test.Treatment, test.Covariates, Level).Coverage(test.Truth.Read<double>()));
            yield return new("ols_mse", test.Error(Problem.OnAllColumns(LeastSquares)));
            yield return new("tsls_mse", test.Error(Problem.OnAllColumns(TwoStage)));
        }

        yield return new("ols_effect", LeastSquares.Effect.Estimate);
        yield return new("ols_robust_error", LeastSquares.Effect.RobustStandardError);
        yield return new("tsls_effect", TwoStage.Estimate.Effect.Estimate);
        yield return new("tsls_robust_error", TwoStage.Estimate.Effect.RobustStandardError);
        yield return new("first_stage_f", TwoStage.Strength.F);
        if (double.IsFinite(Estimator.TreatmentStage.HeldOutLossOfAll)) yield return new("treatment_held_out", Estimator.TreatmentStage.HeldOutLossOfAll);
        if (double.IsFinite(Estimator.ResponseStage.BestLoss)) yield return new("response_held_out", Estimator.ResponseStage.BestLoss);
    }

    Tensor With(int covariate, double value)
    {
        Tensor column = Tensor.Full([covariates.Shape[0], 1], value, DType.F64);
        return TensorMath.Concat([covariates.Slice(1, 0, covariate), column, covariates.Slice(1, covariate + 1)], 1);
    }
}
