using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;


/// <summary>
/// Which divergence finds the four regions of modes of a grid that little reward lies between (f-trajectory-balance specification, section 5, E3): 2-D, side 16, R = (0.001, 0.5, 2). Minutes, so it runs
/// on demand alone, and prints its table.
/// </summary>
[Explicit("takes minutes and prints a table")]
sealed class ModeSearchTests
{
    const int Side = 16, Iterations = 2000, Seeds = 5;

    static readonly (string Name, double Alpha)[] divergences = [("alpha", 0), ("alpha", 0.5), ("alpha", 1), ("alpha", 2), ("jensen-shannon", 0)];

    [Test]
    public void RegionsFoundAndDistanceByDivergence([Values] bool learnsLogZ, [Values(0, 0.1)] double exploration)
    {
        var medians = new Dictionary<double, double>();
        foreach (var (name, alpha) in divergences)
        {
            (double Variation, double Regions)[] runs = [.. Enumerable.Range(0, Seeds).Select(seed => Train(DivergenceTable.Make(name, alpha), learnsLogZ, exploration, seed))];
            double[] variations = [.. runs.Select(static run => run.Variation).Order()], regions = [.. runs.Select(static run => run.Regions).Order()];
            string label = name == "alpha" ? $"alpha {alpha}" : name;
            TestContext.Out.WriteLine($"{label,-15} learned log Z {learnsLogZ}, exploration {exploration}: total variation {variations[Seeds / 2]:F3} [{variations[0]:F3}, {variations[^1]:F3}], "
                + $"regions {regions[Seeds / 2]} [{regions[0]}, {regions[^1]}]");
            medians[name == "alpha" ? alpha : -1] = variations[Seeds / 2];
        }

        Assert.That(medians.Where(static one => one.Key != 1).Min(static one => one.Value), Is.LessThan(medians[1]), "some divergence does better than trajectory balance");
    }

    static (double Variation, double Regions) Train(FDivergence divergence, bool learnsLogZ, double exploration, int seed)
    {
        var environment = new Hypergrid(2, Side);
        var reward = new HypergridReward(2, Side, HypergridRewardSet.Deep);
        var policy = new HotMlpPolicy(new PolicyLayout(environment.Actions, environment.BackwardActions, false), environment.Cells, environment.Levels, [256, 256]);
        var network = new GFlowNet<Hypergrid>(environment, policy, reward.LogOf, new DivergenceBalance(divergence, learnsLogZ), new GFlowNetSettings(), Key.FromSeed(seed)) { Exploration = exploration };
        var found = new bool[reward.Regions];
        var objects = new long[new GFlowNetSettings().Batch * environment.Cells];
        for (int i = 0; i < Iterations; i++)
        {
            network.Iterate();
            network.Objects.Read<long>(objects);
            for (int k = 0; k < objects.Length; k += environment.Cells) reward.Mark(objects.AsSpan(k, environment.Cells), found);
        }

        StateGraph graph = StateGraph.Of(environment);
        double[] exact = new HypergridReward(2, Side, HypergridRewardSet.Deep, DType.F64).LogOf(graph.AllStates).Exp().Read<double>();
        double[][] forward = [.. network.LogProbabilities(graph.AllStates).Forward.Exp().To(DType.F64).Read<double>().Chunk(environment.Actions)];
        return (PlainFlow.TotalVariation(graph, exact, forward), found.Count(static one => one));
    }
}
