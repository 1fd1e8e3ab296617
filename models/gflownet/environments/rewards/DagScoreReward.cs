namespace Adjoint.Models.GFlowNets;

/// <summary>
/// A score of graphs that adds up over variables, of which each depends on its parents alone: log R = Σⱼ score(j, parents of j), relative to the graph without edges, so that it is small where the data say
/// little and loses nothing in f32. For <see cref="Dag"/> (gflownet specification, section 5.4).
/// </summary>
public sealed class DagScoreReward : IReward
{
    /// <summary>Most variables: the table has variables · 2^variables entries.</summary>
    public const int MostVariables = 16;

    readonly int variables;
    readonly Tensor table;
    readonly Tensor bits;
    readonly Tensor starts;

    /// <summary>The reward of scores of all variables and parents; its table lies on the default device.</summary>
    /// <param name="variables">Number of variables, 1 to 16.</param>
    /// <param name="scores">Score of each variable with each set of parents, [variables, 2^variables], row-major; bit i of a set is variable i.</param>
    /// <param name="dtype">F32 or F64, the dtype of log R.</param>
    /// <exception cref="SettingException">The number of variables is out of range, or a score is not finite.</exception>
    /// <exception cref="ShapeException">The table has another size.</exception>
    public DagScoreReward(int variables, double[] scores, DType dtype = DType.F32)
    {
        ArgumentNullException.ThrowIfNull(scores);
        this.variables = (int)Check.InRange(variables, 1, MostVariables, "DagScoreReward: variables");
        int sets = 1 << variables;
        if (scores.Length != variables * sets) throw new ShapeException($"DagScoreReward: {scores.Length} scores are not {variables} · {sets}. Pass one for each variable and set of parents.");
        var relative = new double[scores.Length];
        for (int i = 0; i < scores.Length; i++) relative[i] = Check.InRange(scores[i], double.MinValue, double.MaxValue, "DagScoreReward: a score") - scores[i / sets * sets];
        for (int variable = 0; variable < variables; variable++) LogRewardWithoutEdges += scores[variable * sets];
        table = Tensor.From(relative).To(dtype);
        bits = Tensor.From(Array.ConvertAll(Enumerable.Range(0, variables).ToArray(), static i => 1L << i)).Reshape([variables, 1]);
        starts = Tensor.Range(variables, 0, sets);
    }

    /// <summary>The score of the graph without edges, which <see cref="LogOf"/> leaves out.</summary>
    public double LogRewardWithoutEdges { get; }

    /// <inheritdoc/>
    public Tensor LogOf(Tensor states)
    {
        RewardChecks.States("DagScoreReward", states, 2 * variables * variables);
        int rows = states.Shape[0];
        Tensor adjacency = states.Slice(1, 0, variables * variables).Reshape([rows, variables, variables]);
        Tensor places = (adjacency * bits).Sum(1) + starts;
        return table.Select(0, places.Reshape([rows * variables])).Reshape([rows, variables]).Sum(1);
    }
}
