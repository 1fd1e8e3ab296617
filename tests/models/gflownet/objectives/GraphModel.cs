using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;

namespace Adjoint.Tests.GFlowNets;

/// <summary>A policy on a small environment in f64, with a reward of any numbers, and the losses of objectives on chosen trajectories.</summary>
sealed class GraphModel<TEnvironment> where TEnvironment : unmanaged, IEnvironment
{
    readonly TEnvironment environment;
    readonly Partition partition = new();
    readonly Tensor logRewards;
    readonly Tensor strides;

    /// <summary>Makes it, with a table for a policy unless another is given; its numbers are zeros.</summary>
    /// <param name="environment">The rules.</param>
    /// <param name="reward">R of each state of the graph.</param>
    /// <param name="layout">The heads.</param>
    /// <param name="policy">A policy with that layout.</param>
    public GraphModel(TEnvironment environment, double[] reward, PolicyLayout layout, Policy? policy = null)
    {
        this.environment = environment;
        Graph = StateGraph.Of(environment);
        Reward = reward;
        Policy = policy ?? new TabularPolicy(layout, environment.Cells, environment.Levels);
        Parameters = new ParameterSet(new Composite(("policy", Policy), ("partition", partition)), Key.FromSeed(11), DType.F64);
        var byRow = new double[(int)Math.Pow(environment.Levels, environment.Cells)];
        for (int state = 0; state < reward.Length; state++) byRow[Graph.Row(state)] = Math.Log(reward[state]);
        logRewards = Tensor.From(byRow);
        strides = Tensor.From<long>([.. Enumerable.Range(0, environment.Cells).Select(i => (long)Math.Pow(environment.Levels, i))]);
    }

    public StateGraph Graph { get; }

    public double[] Reward { get; }

    public Policy Policy { get; }

    public ParameterSet Parameters { get; }

    public double LogZ
    {
        get => partition.Value.Value.Item();
        set => partition.Value.Value.Write(value);
    }

    /// <summary>Numbers of the table [states][width].</summary>
    public double[][] Rows
    {
        get
        {
            double[] all = ((TabularPolicy)Policy).Table.Value.Detach().Read<double>();
            int width = Policy.Layout.Width;
            return [.. Enumerable.Range(0, Graph.States.Count).Select(state => all.AsSpan(Graph.Row(state) * width, width).ToArray())];
        }
        set
        {
            int width = Policy.Layout.Width;
            Tensor table = ((TabularPolicy)Policy).Table.Value;
            double[] all = table.Detach().Read<double>();
            for (int state = 0; state < value.Length; state++) value[state].CopyTo(all.AsSpan(Graph.Row(state) * width, width));
            table.Write<double>(all);
        }
    }

    /// <summary>log R of states, in tensor ops.</summary>
    public Tensor LogReward(Tensor states) => logRewards.Select(0, (states * strides).Sum(1));

    /// <summary>What balance is made of on chosen trajectories.</summary>
    public TrajectoryTerms Terms(ObjectiveNeeds needs, PathBatch batch)
    {
        bool evaluatesEnds = environment.HasFixedLength && Policy.Layout.BackwardActions > 0;
        var reader = new TrajectoryReader<TEnvironment>(environment, Policy, LogReward, needs, batch.Paths.Count, evaluatesEnds);
        return reader.Read(batch.Visit(Policy), batch.Rows, batch.Slots, batch.Objects, recalls: true) with { LogZ = partition.Value.Value };
    }

    /// <summary>The loss of an objective, flow matching for null.</summary>
    public Tensor Loss(IObjective? objective, PathBatch batch)
    {
        if (objective is not null) return objective.Loss(Terms(objective.Needs, batch));
        var (states, _, arrivals) = batch.Visit(Policy).First(batch.Rows);
        return FlowMatching.Loss(environment, Policy, LogReward, states, arrivals.GreaterOrEqual(0));
    }

    /// <summary>Normal numbers for all parameters.</summary>
    public void Scatter(long seed, double deviation)
    {
        double[] values = (new Generator(Key.FromSeed(seed)).Normal([Parameters.Length], DType.F64) * deviation).Read<double>();
        Parameters.Flat.Write<double>(values);
    }

    sealed class Partition : Module
    {
        public Partition() => Value = Add("log_z", [1], Initializers.Zeros);

        public Parameter Value { get; }
    }
}
