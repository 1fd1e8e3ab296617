using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Flows that are known exactly have no loss under any objective, on any trajectory (gflownet specification, section 5.1); another policy has one.</summary>
sealed class AnalyticFlowTests
{
    const double LargestLoss = 1e-10;
    const int Chunk = 2048;

    static (StateGraph Graph, double[] Reward) Grid()
    {
        StateGraph graph = StateGraph.Of(new Hypergrid(2, 8));
        double[] reward = new HypergridReward(2, 8, HypergridRewardSet.Shallow, DType.F64).LogOf(graph.AllStates).Exp().Read<double>();
        return (graph, reward);
    }

    /// <summary>State, F(s), P_F(+x), P_F(+y), P_F(stop): the table of the specification.</summary>
    [TestCase(0, 0, 22.4, 0.486607, 0.486607, 0.026786)]
    [TestCase(3, 2, 1.882031, 0.430054, 0.516812, 0.053134)]
    [TestCase(6, 6, 3.5, 0.128571, 0.128571, 0.742857)]
    [TestCase(7, 0, 0.960938, 0, 0.375610, 0.624390)]
    [TestCase(7, 7, 0.6, 0, 0, 1)]
    public void TheRecursionGivesTheTableOfTheSpecification(int x, int y, double flow, double right, double up, double stop)
    {
        var (graph, reward) = Grid();
        var exact = new PlainFlow(graph, reward);
        int state = graph.States.FindIndex(cells => cells[0] == x && cells[1] == y);
        Assert.That(exact.Flow[state], Is.EqualTo(flow).Within(6e-7));
        Assert.That(exact.Forward[state], Is.EqualTo((double[])[right, up, stop]).Within(6e-7));
        Assert.That(PlainFlow.TotalVariation(graph, reward, exact.Forward), Is.LessThan(1e-12));
    }

    [Test]
    public void TheTableOfTheSpecificationHasNoLossOnAnyTrajectory()
    {
        var (graph, reward) = Grid();
        double[] losses = WorstLosses(new Hypergrid(2, 8), reward, new PlainFlow(graph, reward), learnsBackward: false, out int count);
        Assert.That(count, Is.EqualTo(12869), "trajectories: C(16, 8) - 1");
        Assert.Multiple(() =>
        {
            for (int i = 0; i < losses.Length; i++) Assert.That(losses[i], Is.LessThan(LargestLoss), ObjectiveCase.All[i].Name);
        });
        TestContext.Out.WriteLine($"largest loss {losses.Max()}");
    }

    [Test]
    public void FlowsUnderAnyBackwardPolicyHaveNoLossInCubesAndWords()
    {
        CheckRandomFlow(new Hypergrid(3, 3), ObjectiveCase.All);
        CheckRandomFlow(new PositionString(3, 2), [.. ObjectiveCase.ForFixedLength]);
    }

    [Test]
    public void EveryObjectiveSeesAPolicyThatIsWrongAtOneState()
    {
        var (graph, reward) = Grid();
        var exact = new PlainFlow(graph, reward);
        List<GraphPath> paths = graph.Paths();
        PathBatch batch = new(graph, [.. paths.Where(static (_, i) => i % 500 == 0)]);
        foreach (ObjectiveCase objective in ObjectiveCase.All)
        {
            using var step = Step.Begin();
            GraphModel<Hypergrid> model = Model(new Hypergrid(2, 8), reward, exact, objective, learnsBackward: false);
            double[][] rows = model.Rows;
            rows[0][0] += 0.1;
            model.Rows = rows;
            Assert.That(model.Loss(objective.Objective, batch).Item(), Is.GreaterThan(1e-5), objective.Name);
        }
    }

    static void CheckRandomFlow<TEnvironment>(TEnvironment environment, IReadOnlyList<ObjectiveCase> cases) where TEnvironment : unmanaged, IEnvironment
    {
        const int seed = 3;
        var random = new Random(seed);
        StateGraph graph = StateGraph.Of(environment);
        double[] reward = [.. graph.States.Select(_ => Math.Exp(random.NextDouble() * 3))];
        double[][] backward = [.. graph.Parents.Select(parents => RandomBackward(random, environment.BackwardActions, parents))];
        double[] losses = WorstLosses(environment, reward, new PlainFlow(graph, reward, backward), learnsBackward: true, out _, cases);
        Assert.That(losses, Is.All.LessThan(LargestLoss), $"{typeof(TEnvironment).Name}, seed {seed}");
    }

    static double[] RandomBackward(Random random, int backwardActions, List<GraphParent> parents)
    {
        var probabilities = new double[backwardActions];
        foreach (GraphParent parent in parents) probabilities[parent.Back] = 0.1 + random.NextDouble();
        double sum = probabilities.Sum();
        return [.. probabilities.Select(p => sum == 0 ? 0 : p / sum)];
    }

    // The most that a single trajectory can have lost, by objective: losses are means of what is nowhere negative.
    static double[] WorstLosses<TEnvironment>(
        TEnvironment environment, double[] reward, PlainFlow exact, bool learnsBackward, out int count, IReadOnlyList<ObjectiveCase>? cases = null)
        where TEnvironment : unmanaged, IEnvironment
    {
        cases ??= ObjectiveCase.All;
        List<GraphPath> paths = StateGraph.Of(environment).Paths();
        count = paths.Count;
        var worst = new double[cases.Count];
        foreach (GraphPath[] chunk in paths.Chunk(Chunk))
        {
            PathBatch batch = new(StateGraph.Of(environment), chunk);
            var known = new Dictionary<(bool, bool, ObjectiveNeeds), TrajectoryTerms>();
            using var step = Step.Begin();
            using var pause = Autodiff.Pause();
            for (int i = 0; i < cases.Count; i++)
            {
                GraphModel<TEnvironment> model = Model(environment, reward, exact, cases[i], learnsBackward);
                Tensor loss;
                if (cases[i].Objective is not { } objective) loss = model.Loss(null, batch);
                else
                {
                    var key = (cases[i].HasFlow, cases[i].Name == "fldb", objective.Needs & ~ObjectiveNeeds.LogZ);
                    if (!known.TryGetValue(key, out TrajectoryTerms? terms)) known.Add(key, terms = model.Terms(objective.Needs, batch));
                    loss = objective.Loss(terms);
                }

                worst[i] = Math.Max(worst[i], loss.Item() * chunk.Length * (environment.LongestPath + 1));
            }
        }

        return worst;
    }

    /// <summary>A table that holds an exact flow, in the form that an objective learns it.</summary>
    static GraphModel<TEnvironment> Model<TEnvironment>(TEnvironment environment, double[] reward, PlainFlow exact, ObjectiveCase objective, bool learnsBackward)
        where TEnvironment : unmanaged, IEnvironment
    {
        var layout = new PolicyLayout(environment.Actions, learnsBackward ? environment.BackwardActions : 0, objective.HasFlow);
        var model = new GraphModel<TEnvironment>(environment, reward, layout) { LogZ = Math.Log(exact.Flow[0]) };
        var rows = new double[exact.Flow.Length][];
        for (int state = 0; state < rows.Length; state++)
        {
            double logFlow = Math.Log(exact.Flow[state]), share = objective.Objective is null ? logFlow : 0;
            double flow = logFlow - (objective.Name == "fldb" ? Math.Log(reward[state]) : 0);
            rows[state] = [.. exact.Forward[state].Select(p => Log(p) + share), .. learnsBackward ? exact.Backward[state].Select(Log) : [], .. objective.HasFlow ? [flow] : Array.Empty<double>()];
        }

        model.Rows = rows;
        return model;
    }

    // What is not allowed is masked, so that its number does not matter.
    static double Log(double p) => p > 0 ? Math.Log(p) : 7;
}
