using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>
/// A table that is trained with any of the objectives under a uniform P_B ends at the flow that is known exactly (gflownet specification, section 5.1), on the policy's own trajectories and on others.
/// </summary>
sealed class TrainingTests
{
    const int Side = 4, Iterations = 800;
    const double Rate = 0.1;
    const long Seed = 17;

    static readonly HypergridRewardSet heights = new(0.1, 0.5, 2);

    static IEnumerable<ObjectiveCase> Cases => ObjectiveCase.All;

    static IEnumerable<ObjectiveCase> Smooth => ObjectiveCase.All.Where(static one => !one.Name.StartsWith(DivergenceFormula.TotalVariation.Name, StringComparison.Ordinal));

    [TestCaseSource(nameof(Cases))]
    public void ATableLearnsTheExactPolicy(ObjectiveCase objective) => CheckTraining(objective, exploration: 0);

    [TestCaseSource(nameof(Smooth))]
    public void ExplorationDoesNotMoveWhereATableEnds(ObjectiveCase objective) => CheckTraining(objective, exploration: 0.1);

    static void CheckTraining(ObjectiveCase objective, double exploration)
    {
        var environment = new Hypergrid(2, Side);
        StateGraph graph = StateGraph.Of(environment);
        Func<Tensor, Tensor> logReward = new HypergridReward(2, Side, heights, DType.F64).LogOf;
        double[] reward = logReward(graph.AllStates).Exp().Read<double>();
        var exact = new PlainFlow(graph, reward);
        var policy = new TabularPolicy(new PolicyLayout(environment.Actions, 0, objective.HasFlow), environment.Cells, environment.Levels);
        var settings = new GFlowNetSettings { Batch = 16, LearningRate = Rate, LogZRate = Rate, Type = DType.F64 };
        var network = new GFlowNet<Hypergrid>(environment, policy, logReward, objective.Objective, settings, Key.FromSeed(Seed)) { Exploration = exploration };
        Assert.That(Distance(out _), Is.GreaterThan(0.1), "there is something to learn");

        // With log Z far off, Neyman's first slopes are so steep that Adam takes small steps for long: its mean of squares forgets over thousands of iterations.
        int iterations = objective.Name == "neyman learned" ? 5 * Iterations : Iterations;
        for (int i = 0; i < iterations; i++)
        {
            // Towards the end steps shrink to nothing.
            network.Optimizer.LearningRate.Write(Rate * 0.5 * (1 + Math.Cos(Math.PI * i / iterations)));
            network.Iterate();
        }

        double distance = Distance(out double variation);
        TestContext.Out.WriteLine($"probabilities within {distance:G3}, total variation {variation:G3}, log Z off by {network.LogZ - Math.Log(exact.Flow[0]):G3}, seed {Seed}");

        // The slope of |δ| is one up to the end, so that its steps end where the rate does.
        double tolerance = objective.Name.StartsWith(DivergenceFormula.TotalVariation.Name, StringComparison.Ordinal) ? 2e-3 : 1e-5;
        Assert.That(variation, Is.LessThan(tolerance), $"objects, seed {Seed}");
        if (!double.IsNaN(network.LogZ)) Assert.That(network.LogZ, Is.EqualTo(Math.Log(exact.Flow[0])).Within(tolerance));

        // Flow matching leaves open by which parents a state is reached: it ends at one of the flows of the reward, whose P_B need not be uniform.
        if (objective.Objective is not null) Assert.That(distance, Is.LessThan(tolerance), $"P_F at every state, seed {Seed}");

        // The largest difference of a probability of an action, and that of the objects.
        double Distance(out double variation)
        {
            double[] all = network.LogProbabilities(graph.AllStates).Forward.Exp().Read<double>();
            double[][] forward = [.. all.Chunk(environment.Actions)];
            variation = PlainFlow.TotalVariation(graph, reward, forward);
            return forward.Zip(exact.Forward, static (found, known) => found.Zip(known, static (x, y) => Math.Abs(x - y)).Max()).Max();
        }
    }
}
