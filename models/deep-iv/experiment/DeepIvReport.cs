using System.Globalization;

namespace Adjoint.Models.DeepIv;

/// <summary>The parts of a report that belong to DeepIV: the first stage, the effect with its band, linear estimates beside it, residual checks.</summary>
static class DeepIvReport
{
    const int MostConditions = 16;
    const int MostCurves = 3;
    const int MostPoints = 1000;

    // The normal law's quantile for intervals of 95 %.
    const double NormalReach = 1.96;

    public static void Write(ReportBuilder report, DeepIvJudge judge)
    {
        DeepIvProblem problem = judge.Problem;
        string share = judge.Level.ToString("P0", CultureInfo.InvariantCulture);
        if (problem.Table is { } table)
        {
            report.Heading("The rows");
            foreach (string note in table.Notes) report.Paragraph(note);
        }

        Strength(report, judge);
        report.Heading("The effect");
        string intervals = judge.Response is PointEstimate ? "This run has no intervals" : $"The pale ground holds intervals of {share} for DeepIV: {judge.Response.Method}";
        if (judge.Response is DropoutIntervals) intervals += ", which tell how far the network is settled and not the error of sampling; interval=splitting gives that";
        report.Paragraph($"The curve is the mean outcome, over rows with their covariates, had all of them had the treatment on the axis. {intervals}.");
        foreach (Baseline baseline in judge.Baselines)
        {
            if (baseline.Note.Length > 0) report.Paragraph(baseline.Note);
        }

        report.Chart(Curve(judge));
        report.Table("Average effect of one unit more of the treatment", Comparison(judge));
        if (!problem.HasImages && problem.Data.Covariates.Shape[1] > 0) Conditions(report, judge);
        Residuals(report, judge);
    }

    static void Strength(ReportBuilder report, DeepIvJudge judge)
    {
        FirstStage strength = judge.TwoStage.Strength;
        InstrumentData data = judge.Problem.Data;
        report.Heading("The first stage");
        if (judge.Problem.Table is null) report.Paragraph(strength.Note);
        report.Table("How strongly instruments move the treatment", new Table(
            ["figure", "value"],
            [
                ["F of the instruments", Text(strength.F)], ["robust F", Text(strength.RobustF)], ["probability without any effect", Text(strength.Probability)],
                ["partial R²", Text(strength.PartialDetermination)],
            ]));
        double[] predicted = judge.Estimator.PredictTreatment(data.Instruments, data.Covariates).Read<double>(), seen = data.Treatment.Read<double>();
        int shown = Math.Min(MostPoints, seen.Length);
        report.Chart(new Chart("Treatments, and what the first stage expects of them", $"expected {judge.Problem.Columns.Treatment}", judge.Problem.Columns.Treatment)
            .Points("rows", predicted[..shown], seen[..shown]));
    }

    static Chart Curve(DeepIvJudge judge)
    {
        double[] grid = judge.Grid.Read<double>();
        Band band = judge.Curve();
        Chart chart = new Chart("Outcome if the treatment is set", judge.Problem.Columns.Treatment, judge.Problem.Columns.Outcome).Line("DeepIV", grid, band.Estimate);
        if (judge.Response is not PointEstimate) chart.Band(grid, band.Low, band.High);
        if (TruthOf(judge) is { } truth) chart.Line("truth", grid, judge.CurveOf(truth));
        chart.Line("OLS", grid, judge.CurveOf(judge.Problem.OnAllColumns(judge.LeastSquares).Predict))
            .Line("2SLS", grid, judge.CurveOf(judge.Problem.OnAllColumns(judge.TwoStage).Predict));
        foreach (Baseline baseline in judge.Baselines)
        {
            if (baseline.Response is { } response) chart.Line(baseline.Title, grid, judge.CurveOf(response.Predict));
        }

        return chart;
    }

    // Null for a table, and where covariates alone do not tell the truth.
    static Func<Tensor, Tensor, Tensor>? TruthOf(DeepIvJudge judge) => judge.Problem.Design is { } design and not ImageDemandDesign ? (p, x) => design.Truth(p, x)! : null;

    // A table's readers want standard errors, a simulation's the error against the truth.
    static Table Comparison(DeepIvJudge judge)
    {
        Band slope = judge.Effect();
        var rows = new List<string[]>();
        void Add(string name, IResponse? response, double effect, double low = double.NaN, double high = double.NaN, double error = double.NaN, double robust = double.NaN)
        {
            string[] cells = [name, Text(effect), Text(low), Text(high)];
            rows.Add(judge.Test is null ? [.. cells, Text(error), Text(robust)] : [.. cells, response is null ? "" : Text(judge.Test.Error(response))]);
        }

        void AddLinear(string name, Coefficient effect, IResponse response)
        {
            double reach = NormalReach * effect.RobustStandardError;
            Add(name, judge.Problem.OnAllColumns(response), effect.Estimate, effect.Estimate - reach, effect.Estimate + reach, effect.StandardError, effect.RobustStandardError);
        }

        if (TruthOf(judge) is { } truth) Add("truth", null, judge.EffectOf(truth));
        Add("DeepIV", judge.Response, slope.Estimate[0], slope.Low[0], slope.High[0]);
        AddLinear("OLS", judge.LeastSquares.Effect, judge.LeastSquares);
        AddLinear("2SLS", judge.TwoStage.Estimate.Effect, judge.TwoStage);
        foreach (Baseline baseline in judge.Baselines)
        {
            if (baseline.Response is { } response) Add(baseline.Title, response, judge.EffectOf(response.Predict));
        }

        return new Table(["estimate", "effect", "low", "high", .. judge.Test is null ? (string[])["standard error", "robust"] : ["squared error"]], rows);
    }

    static void Conditions(ReportBuilder report, DeepIvJudge judge)
    {
        IReadOnlyList<IReadOnlyList<RowCondition>> all = RowConditions.Of(judge.Problem.Data.Covariates, judge.Problem.Columns.Covariates);
        if (all.Count == 0) return;
        report.Heading("Effects for parts of the rows");
        report.Paragraph(
            "Each line gives all rows a low or a high value of one covariate, or one level of a column of names, and leaves the other covariates: the average effect of one unit more of the treatment then.");
        report.Table("Conditional effects", new Table(["rows with", "effect", "low", "high"], [.. all.SelectMany(static one => one).Take(MostConditions).Select(condition =>
        {
            Band slope = judge.EffectAt(condition);
            return (string[])[condition.Name, Text(slope.Estimate[0]), Text(slope.Low[0]), Text(slope.High[0])];
        })]));
        double[] grid = judge.Grid.Read<double>();
        var chart = new Chart("Outcome if the treatment is set, for some of these rows", judge.Problem.Columns.Treatment, judge.Problem.Columns.Outcome);
        foreach (RowCondition condition in all[0].Take(MostCurves))
        {
            Band band = judge.CurveAt(condition);
            chart.Line(condition.Name, grid, band.Estimate);
            if (judge.Response is not PointEstimate) chart.Band(grid, band.Low, band.High);
        }

        report.Chart(chart);
    }

    // With a valid instrument y - h(p, x) is unrelated to it; the treatment may be related, which is what confounding is.
    static void Residuals(ReportBuilder report, DeepIvJudge judge)
    {
        DeepIvProblem problem = judge.Problem;
        using var pause = Autodiff.Pause();
        Tensor residuals = judge.Residuals();
        report.Heading("Residual checks");
        var rows = new List<string[]>();
        for (int i = 0; i < problem.Data.Instruments.Shape[1]; i++) rows.Add(Related($"instrument {problem.Columns.Instruments[i]}", problem.Data.Instruments.At(1, i), residuals));
        rows.Add(Related($"treatment {problem.Columns.Treatment}", problem.Data.Treatment, residuals));
        report.Paragraph(
            "Residuals y - h(p, x) of a sound estimate are unrelated to the instruments: a correlation beyond two standard errors says that h misses something, or that an instrument touches the outcome by another way. "
            + "A correlation with the treatment is what a confounder leaves.");
        report.Table("Residuals of DeepIV", new Table(["correlation with", "value", "standard error"], rows));
        report.Table("Checks of 2SLS", new Table(
            ["test", "statistic", "probability", "meaning"],
            [.. judge.TwoStage.Tests.Select(static test => (string[])[test.Name, Text(test.Statistic), Text(test.Probability), test.Meaning])]));
    }

    static string[] Related(string name, Tensor column, Tensor residuals)
    {
        Tensor a = column - column.Mean(), b = residuals - residuals.Mean();
        double correlation = (a * b).Mean().Item() / Math.Sqrt(a.Square().Mean().Item() * b.Square().Mean().Item());
        return [name, Text(correlation), Text(1 / Math.Sqrt(residuals.Count))];
    }

    static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("G5", CultureInfo.InvariantCulture);
}
