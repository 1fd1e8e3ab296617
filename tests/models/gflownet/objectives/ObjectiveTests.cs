using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Every balance loss on chosen trajectories, against loops over plain numbers and against finite differences, through the reader that training uses.</summary>
sealed class ObjectiveTests
{
    const long Seed = 5;
    const double Tolerance = 1e-10;

    /// <summary>Grids of two and three dimensions, with learned and with uniform P_B.</summary>
    static IEnumerable<ObjectiveCase> Cases => ObjectiveCase.All;

    static IEnumerable<ObjectiveCase> FixedLengthCases => ObjectiveCase.ForFixedLength;

    /// <summary>A table of random numbers with a random reward, and some of its trajectories, drawn without regard to the policy.</summary>
    static (GraphModel<TEnvironment> Model, PathBatch Batch) Random<TEnvironment>(TEnvironment environment, ObjectiveCase objective, bool learnsBackward, int count)
        where TEnvironment : unmanaged, IEnvironment
    {
        int states = StateGraph.Of(environment).States.Count;
        double[] reward = (new Generator(Key.FromSeed(Seed)).Normal([states], DType.F64) * 0.7).Exp().Read<double>();
        var model = new GraphModel<TEnvironment>(environment, reward, new PolicyLayout(environment.Actions, learnsBackward ? environment.BackwardActions : 0, objective.HasFlow));
        model.Scatter(Seed + 1, 0.6);
        List<GraphPath> paths = model.Graph.Paths();
        long[] chosen = new Generator(Key.FromSeed(Seed + 2)).Permutation(paths.Count).Read<long>();
        return (model, new PathBatch(model.Graph, [.. chosen.Take(count).Select(i => paths[(int)i])]));
    }

    static double Plain<TEnvironment>(GraphModel<TEnvironment> model, ObjectiveCase objective, IReadOnlyList<GraphPath> paths) where TEnvironment : unmanaged, IEnvironment =>
        objective.Plain(new PlainTrajectories(model.Graph, paths, model.Rows, model.Reward, model.LogZ, model.Policy.Layout.BackwardActions));

    [TestCaseSource(nameof(Cases))]
    public void LossesAreThoseOfLoopsOverPlainNumbers(ObjectiveCase objective)
    {
        foreach (bool learnsBackward in (bool[])[false, true])
        {
            var (model, batch) = Random(new Hypergrid(2, 4), objective, learnsBackward, 23);
            Assert.That(model.Loss(objective.Objective, batch).Item(), Is.EqualTo(Plain(model, objective, batch.Paths)).Within(Tolerance).Percent, $"2-D, seed {Seed}");
            var (cube, some) = Random(new Hypergrid(3, 3), objective, learnsBackward, 40);
            Assert.That(cube.Loss(objective.Objective, some).Item(), Is.EqualTo(Plain(cube, objective, some.Paths)).Within(Tolerance).Percent, $"3-D, seed {Seed}");
        }
    }

    [TestCaseSource(nameof(FixedLengthCases))]
    public void LossesOfTrajectoriesOfOneLengthAreThoseOfLoops(ObjectiveCase objective)
    {
        foreach (bool learnsBackward in (bool[])[false, true])
        {
            var (model, batch) = Random(new PositionString(3, 2), objective, learnsBackward, 20);
            Assert.That(model.Loss(objective.Objective, batch).Item(), Is.EqualTo(Plain(model, objective, batch.Paths)).Within(Tolerance).Percent, $"seed {Seed}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void DerivativesAreFiniteDifferencesThroughTheReader(ObjectiveCase objective)
    {
        var (model, batch) = Random(new Hypergrid(2, 3), objective, learnsBackward: true, 9);
        CheckDerivatives(model, objective, batch);
    }

    [TestCaseSource(nameof(FixedLengthCases))]
    public void DerivativesAreFiniteDifferencesWhereTrajectoriesHaveOneLength(ObjectiveCase objective)
    {
        var (model, batch) = Random(new PositionString(2, 2), objective, learnsBackward: true, 7);
        CheckDerivatives(model, objective, batch);
    }

    /// <summary>What a network computed as trajectories were sampled is taken up again for the gradient: it must be the gradient all the same.</summary>
    [Test]
    public void DerivativesOfARecalledNetworkAreFiniteDifferences([Values("db", "jensen-shannon learned")] string name)
    {
        ObjectiveCase objective = ObjectiveCase.All.Single(one => one.Name == name);
        var environment = new Hypergrid(2, 3);
        var layout = new PolicyLayout(environment.Actions, environment.BackwardActions, objective.HasFlow);
        double[] reward = [0.3, 1.2, 0.7, 2, 0.1, 1, 1.5, 0.4, 0.9];
        var model = new GraphModel<Hypergrid>(environment, reward, layout, new HotMlpPolicy(layout, environment.Cells, environment.Levels, [7, 5]));
        CheckDerivatives(model, objective, new PathBatch(model.Graph, [.. model.Graph.Paths().Where(static (_, i) => i % 3 == 0)]));
    }

    static void CheckDerivatives<TEnvironment>(GraphModel<TEnvironment> model, ObjectiveCase objective, PathBatch batch) where TEnvironment : unmanaged, IEnvironment
    {
        const double step = 1e-5;
        ReadOnlySpan<Tensor> variables = model.Parameters.Values;
        Tensor[] gradients = Autodiff.Gradients(model.Loss(objective.Objective, batch), variables);
        double largest = gradients.Max(static one => one.Abs().Max().Item());
        Assert.That(largest, Is.GreaterThan(1e-3), "there is a slope to compare");
        using var pause = Autodiff.Pause();
        for (int i = 0; i < gradients.Length; i++)
        {
            double[] values = variables[i].Detach().Read<double>(), slopes = gradients[i].Read<double>();
            for (int entry = 0; entry < values.Length; entry++)
            {
                using var inner = Step.Begin();
                double At(double change)
                {
                    double kept = values[entry];
                    values[entry] += change;
                    model.Parameters.Values[i].Write<double>(values);
                    values[entry] = kept;
                    double loss = model.Loss(objective.Objective, batch).Item();
                    model.Parameters.Values[i].Write<double>(values);
                    return loss;
                }

                double difference = (At(step) - At(-step)) / (2 * step);
                Assert.That(slopes[entry], Is.EqualTo(difference).Within(1e-7 * Math.Max(1, largest)), $"{model.Parameters.Parameters[i].Name} at {entry}, seed {Seed}");
            }
        }
    }

    [Test]
    public void DetailedBalanceAddsUpToTrajectoryBalance()
    {
        ObjectiveCase balance = ObjectiveCase.All.Single(static one => one.Name == "db");
        var (model, all) = Random(new Hypergrid(2, 4), balance, learnsBackward: true, 69);
        model.LogZ = model.Rows[0][^1];
        var plain = new PlainTrajectories(model.Graph, all.Paths, model.Rows, model.Reward, model.LogZ, 2);
        foreach (GraphPath path in all.Paths)
        {
            var one = new PathBatch(model.Graph, [path]);
            double[] residuals = [.. Enumerable.Range(0, path.Length).Select(t => plain.Residual(path, t, t + 1, false))];
            Assert.That(model.Loss(balance.Objective, one).Item(), Is.EqualTo(residuals.Average(static r => r * r)).Within(1e-12));
            Assert.That(model.Loss(new TrajectoryBalance(), one).Item(), Is.EqualTo(Math.Pow(residuals.Sum(), 2)).Within(1e-12), "the sum of the residuals is that of the trajectory");
        }
    }

    [Test]
    public void SubTrajectoriesLieBetweenDetailedAndTrajectoryBalance()
    {
        ObjectiveCase balance = ObjectiveCase.All.Single(static one => one.Name == "db");
        var (model, all) = Random(new Hypergrid(2, 4), balance, learnsBackward: true, 69);
        model.LogZ = model.Rows[0][^1];
        foreach (GraphPath path in all.Paths)
        {
            var one = new PathBatch(model.Graph, [path]);
            Assert.That(model.Loss(new SubTrajectoryBalance(1e-13), one).Item(), Is.EqualTo(model.Loss(balance.Objective, one).Item()).Within(1e-10));
            Assert.That(model.Loss(new SubTrajectoryBalance(1e13), one).Item(), Is.EqualTo(model.Loss(new TrajectoryBalance(), one).Item()).Within(1e-10));
        }

        Assert.That(() => new SubTrajectoryBalance(0), Throws.TypeOf<SettingException>());
    }

    /// <summary>A batch that says nothing has no loss and no slope, and is no division by zero.</summary>
    [Test]
    public void ABatchThatStopsAtTheSourceSaysNothingOfOtherStates([Values("mdb", "fm")] string name)
    {
        ObjectiveCase balance = ObjectiveCase.All.Single(one => one.Name == name);
        var (model, all) = Random(new Hypergrid(2, 3), balance, learnsBackward: false, 19);
        GraphPath stops = all.Paths.Single(static path => path.States.Length == 1);
        Tensor loss = model.Loss(balance.Objective, new PathBatch(model.Graph, [stops, stops]));
        Assert.That(loss.Detach().Item(), Is.Zero);
        Assert.That(Autodiff.Gradients(loss, model.Parameters.Values)[0].Read<double>(), Is.All.Zero);
    }
}
