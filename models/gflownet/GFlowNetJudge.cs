using System.Globalization;
using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>Measures how near a policy is to its target: exactly where all states can be listed, by samples and ways back elsewhere.</summary>
/// <typeparam name="TEnvironment">The rules.</typeparam>
sealed class GFlowNetJudge<TEnvironment>(GFlowNetTask<TEnvironment> task, GFlowNet<TEnvironment> network, Key key) where TEnvironment : unmanaged, IEnvironment
{
    const int Drawn = 10_000, Rollouts = 10, MostDots = 2000, MostListed = 20;

    Target? target;
    ExactDistribution? learned;

    /// <summary>log R of objects i64 [count, cells].</summary>
    public double[] LogReward(Tensor objects)
    {
        using var step = Step.Begin();
        using var pause = Autodiff.Pause();
        return task.Reward.LogOf(objects).To(DType.F64).Read<double>();
    }

    /// <summary>The final metrics.</summary>
    public IReadOnlyList<Metric> Evaluate(IProgressReporter progress) => task.IsEnumerable ? Exactly(progress) : BySamples(progress);

    List<Metric> Exactly(IProgressReporter progress)
    {
        progress.Report("listing all states", 0);
        target ??= new Target(StateSpace.Of(task.Environment), task.Reward);
        progress.Report("the policy at all states", 0.3);
        learned = new ExactDistribution(target.Space, PolicyTable.Of(target.Space, network.LogProbabilities));
        progress.Report("comparing distributions", 0.9);
        DistributionMetrics metrics = DistributionMetrics.Of(target, learned);
        (double lower, double upper) = learned.Bounds(target);
        List<Metric> results =
        [
            new("total_variation", metrics.TotalVariation),
            new("l1_sum", metrics.L1),
            new("jensen_shannon", metrics.JensenShannon),
            new("kl_target_to_learned", metrics.Divergence),
            new("expected_reward", metrics.ExpectedReward),
            new("expected_reward_of_target", target.ExpectedReward),
            new("expected_reward_error", metrics.RewardError),
            new("log_z_exact", target.LogPartition),
            new("log_z_lower_bound", lower),
            new("log_z_upper_bound", upper),
        ];
        if (double.IsFinite(network.LogZ)) results.Add(new("log_z_error", Math.Abs(network.LogZ - target.LogPartition)));
        if (task.Marginals.Count > 0)
        {
            (double[] of, double[] by) = Marginals(target, learned);
            results.Add(new("marginal_error_largest", of.Zip(by, static (x, y) => Math.Abs(x - y)).Max()));
        }

        return results;
    }

    (double[] OfTarget, double[] OfLearned) Marginals(Target truth, ExactDistribution found) =>
        (truth.Space.MeanCells(truth.Probabilities)[..task.Marginals.Count], truth.Space.MeanCells(found.Probabilities)[..task.Marginals.Count]);

    List<Metric> BySamples(IProgressReporter progress)
    {
        progress.Report("drawing objects", 0);
        Tensor objects = network.Sample(Drawn, key.Split("objects"));
        double[] rewards = Array.ConvertAll(LogReward(objects), Math.Exp);
        List<Metric> results = [new("mean_reward_of_samples", rewards.Average()), new("mean_log_reward_of_samples", rewards.Average(static reward => Math.Log(reward)))];
        if (double.IsFinite(task.LogPartition))
        {
            results.Add(new("log_z_exact", task.LogPartition));
            if (double.IsFinite(network.LogZ)) results.Add(new("log_z_error", Math.Abs(network.LogZ - task.LogPartition)));
        }

        if (task.Probes is null) return results;
        progress.Report("ways back from test objects", 0.5);
        double[] logReward = LogReward(task.Probes), logProbability = network.EstimateLogProbabilities(task.Probes, Rollouts, key.Split("rollouts"));
        results.Add(new("spearman_log_reward_log_probability", Correlation.Spearman(logReward, logProbability)));
        results.Add(new("pearson_log_reward_log_probability", Correlation.Pearson(logReward, logProbability)));
        return results;
    }

    /// <summary>Pictures and tables of the learned distribution beside the true one.</summary>
    public void Report(ReportBuilder report)
    {
        if (target is null || learned is null) return;
        report.Heading("Learned against true distribution");
        if (task.MapSide > 0) Maps(report, target, learned);
        Dots(report, target, learned);
        ByReward(report, target, learned);
        Best(report, target, learned);
        if (task.Marginals.Count == 0) return;
        (double[] of, double[] by) = Marginals(target, learned);
        report.Table("How often each is there", new Table(
            ["edge", "target", "learned"],
            [.. Enumerable.Range(0, of.Length).Where(i => of[i] > 0 || by[i] > 0).OrderByDescending(i => of[i]).Select(i => (IReadOnlyList<string>)[task.Marginals[i], Number(of[i]), Number(by[i])])]));
    }

    // Probability over the first two coordinates, all others summed out.
    void Maps(ReportBuilder report, Target truth, ExactDistribution found)
    {
        Tensor true2 = Map(truth, truth.Probabilities), found2 = Map(truth, found.Probabilities);
        double high = Math.Max(true2.Max().Item(), found2.Max().Item());
        int scale = Math.Max(2, 256 / task.MapSide);
        string what = task.Environment.Cells > 2 ? "Probability of the first two coordinates, the others summed out" : "Probability of each point";
        report.Picture("target", $"{what}: the target R/Z", Picture.HeatMap(true2, scale, 0, high));
        report.Picture("learned", $"{what}: the policy's P_T, on the same scale", Picture.HeatMap(found2, scale, 0, high));
    }

    Tensor Map(Target truth, ReadOnlySpan<double> probabilities)
    {
        int side = task.MapSide, columns = task.Environment.Cells > 1 ? side : 1;
        var map = new double[side * columns];
        for (int place = 0; place < probabilities.Length; place++)
        {
            ReadOnlySpan<long> state = truth.Space[truth.Space.Objects[place]];
            map[(state[0] * columns) + (columns > 1 ? state[1] : 0)] += probabilities[place];
        }

        return Tensor.From(map, [side, columns]);
    }

    static void Dots(ReportBuilder report, Target truth, ExactDistribution found)
    {
        int every = Math.Max(1, truth.Probabilities.Length / MostDots);
        List<double> x = [], y = [];
        for (int place = 0; place < truth.Probabilities.Length; place += every)
        {
            x.Add(truth.LogReward[place] - truth.LogPartition);
            y.Add(found.LogProbabilities[place]);
        }

        double low = x.Min(), top = x.Max();
        report.Chart(new Chart("log P_T of objects against log R/Z", "log R/Z", "log P_T").Points("objects", x, y).Line("equal", [low, top], [low, top]));
    }

    // How much probability objects of each reward have, in classes of equal width in log R.
    static void ByReward(ReportBuilder report, Target truth, ExactDistribution found)
    {
        const int classes = 24;
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double log in truth.LogReward)
        {
            low = Math.Min(low, log);
            high = Math.Max(high, log);
        }

        if (high - low < 1e-9) return;
        double[] middle = new double[classes], of = new double[classes], by = new double[classes];
        for (int i = 0; i < classes; i++) middle[i] = low + ((i + 0.5) / classes * (high - low));
        for (int place = 0; place < truth.LogReward.Length; place++)
        {
            int index = Math.Min(classes - 1, (int)((truth.LogReward[place] - low) / (high - low) * classes));
            of[index] += truth.Probabilities[place];
            by[index] += found.Probabilities[place];
        }

        report.Chart(new Chart("Probability by reward", "log R", "probability").Line("target", middle, of).Line("learned", middle, by));
    }

    void Best(ReportBuilder report, Target truth, ExactDistribution found)
    {
        int[] order = [.. Enumerable.Range(0, truth.LogReward.Length)];
        double[] keys = truth.LogReward.ToArray();
        Array.Sort(keys, order);
        var rows = new List<IReadOnlyList<string>>();
        foreach (int place in order.Reverse().Take(MostListed))
        {
            rows.Add([
                task.Spell(truth.Space[truth.Space.Objects[place]].ToArray()), Number(Math.Exp(truth.LogReward[place])), Number(truth.Probabilities[place]), Number(found.Probabilities[place])]);
        }

        report.Table("The objects of the highest reward", new Table(["object", "R", "R/Z", "P_T"], rows));
    }

    static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
