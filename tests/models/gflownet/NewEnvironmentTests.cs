using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests;

// The example of models/gflownet/README.md, line by line.

/// <summary>Subsets of some numbers, one number a step; a trajectory may stop at any subset.</summary>
readonly struct Subset(int count) : IEnvironment
{
    readonly int count = count;

    public int Cells => count;
    public int Levels => 2;
    public int Actions => count + 1;
    public int BackwardActions => count;
    public int LongestPath => count + 1;
    public bool HasFixedLength => false;

    public bool Allows<TCells>(TCells state, int action) where TCells : struct, ICells => action == count || state[action] == 0;

    public int Step<TCells>(TCells state, int action) where TCells : struct, ICells
    {
        if (action == count) return -1;
        state[action] = 1;
        return action;
    }

    public bool AllowsBack<TCells>(TCells state, int backward) where TCells : struct, ICells => state[backward] == 1;

    public int StepBack<TCells>(TCells state, int backward) where TCells : struct, ICells
    {
        state[backward] = 0;
        return backward;
    }
}

/// <summary>A new environment as a user would write it trains, and what it learns is exact.</summary>
sealed class NewEnvironmentTests
{
    sealed class Nearness(Func<Tensor, Tensor> logReward) : IReward
    {
        public Tensor LogOf(Tensor states) => logReward(states);
    }

    [Test]
    public void AnEnvironmentOfFiftyLinesLearnsItsTarget()
    {
        Tensor numbers = Tensor.From<float>([3, 5, 7, 9, 11, 13]);
        Tensor LogReward(Tensor states) => -(states.To(DType.F32).MatMul(numbers) - 24).Abs() / 4;

        var environment = new Subset(6);
        var layout = new PolicyLayout(environment.Actions, environment.BackwardActions, HasFlow: false);
        var policy = new HotMlpPolicy(layout, environment.Cells, environment.Levels, [64, 64]);
        var network = new GFlowNet<Subset>(environment, policy, LogReward, new TrajectoryBalance(), new GFlowNetSettings(), Key.FromSeed(0));
        for (int i = 0; i < 2000; i++) network.Iterate();

        StateSpace space = StateSpace.Of(environment);
        var target = new Target(space, new Nearness(LogReward));
        var learned = new ExactDistribution(space, PolicyTable.Of(space, network.LogProbabilities));
        Assert.That(target.Probabilities.Length, Is.EqualTo(64));
        Assert.That(DistributionMetrics.Of(target, learned).TotalVariation, Is.LessThan(0.06));
        Assert.That(network.LogZ, Is.EqualTo(target.LogPartition).Within(0.05));
    }

    [Test]
    public void EveryLineOfTheReadmesExampleIsCompiledHere()
    {
        string[] here = [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "models", "gflownet", "NewEnvironmentTests.cs")).Select(static line => line.Trim())];
        bool inside = false;
        int lines = 0;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "models", "gflownet", "README.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inside = line == "```csharp";
            else if (inside && line.Length > 0)
            {
                lines++;
                Assert.That(here, Does.Contain(line.Trim()));
            }
        }

        Assert.That(lines, Is.InRange(25, 50), "lines of the example");
    }
}
