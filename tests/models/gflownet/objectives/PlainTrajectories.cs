namespace Adjoint.Tests.GFlowNets;

/// <summary>
/// The losses of the gflownet specification, section 3.2, by loops over trajectories and the rules of a graph, from the numbers of a table: actions, then ways back where P_B is learned, then log F.
/// </summary>
sealed class PlainTrajectories
{
    readonly StateGraph graph;
    readonly double[][] rows;
    readonly double[] logReward;
    readonly double logZ;
    readonly int backwardActions;
    readonly IReadOnlyList<GraphPath> paths;

    public PlainTrajectories(StateGraph graph, IReadOnlyList<GraphPath> paths, double[][] rows, double[] reward, double logZ, int backwardActions)
    {
        this.graph = graph;
        this.paths = paths;
        this.rows = rows;
        this.logZ = logZ;
        this.backwardActions = backwardActions;
        logReward = [.. reward.Select(static r => Math.Log(r))];
    }

    public double TrajectoryBalance() => paths.Average(path => Square(LogRatio(path) + logZ));

    public double LogVariance()
    {
        double mean = paths.Average(LogRatio);
        return paths.Average(path => Square(LogRatio(path) - mean));
    }

    public double DetailedBalance(bool isForwardLooking)
    {
        double[] all = [.. paths.SelectMany(path => Enumerable.Range(0, path.Length).Select(t => Square(Residual(path, t, t + 1, isForwardLooking))))];
        return all.Average();
    }

    public double SubTrajectoryBalance(double lambda)
    {
        double sum = 0;
        foreach (GraphPath path in paths)
        {
            double weighted = 0, weights = 0;
            for (int i = 0; i < path.Length; i++)
            {
                for (int j = i + 1; j <= path.Length; j++)
                {
                    double weight = Math.Pow(lambda, j - i);
                    weighted += weight * Square(Residual(path, i, j, false));
                    weights += weight;
                }
            }

            sum += weighted / weights;
        }

        return sum / paths.Count;
    }

    public double ModifiedDetailedBalance()
    {
        var squares = new List<double>();
        foreach (GraphPath path in paths)
        {
            for (int t = 0; t + 1 < path.States.Length; t++)
            {
                int from = path.States[t], to = path.States[t + 1], stop = graph.Actions - 1;
                squares.Add(Square(logReward[to] + LogBackward(to, path.Arrivals[t + 1]) + LogForward(from, stop) - logReward[from] - LogForward(from, path.Actions[t]) - LogForward(to, stop)));
            }
        }

        return squares.Count == 0 ? 0 : squares.Average();
    }

    public double FlowMatching()
    {
        var squares = new List<double>();
        foreach (GraphPath path in paths)
        {
            foreach (int state in path.States.Skip(1))
            {
                double inflow = graph.Parents[state].Sum(parent => Math.Exp(rows[parent.Parent][parent.Action]));
                double outflow = graph.IsObject(state) ? Math.Exp(logReward[state]) : 0;
                foreach (GraphEdge edge in graph.Edges[state]) outflow += edge.Child < 0 ? 0 : Math.Exp(rows[state][edge.Action]);
                squares.Add(Square(Math.Log(inflow) - Math.Log(outflow)));
            }
        }

        return squares.Average();
    }

    public double Divergence(DivergenceFormula formula, bool learnsLogZ, double temper)
    {
        double[] ratios = [.. paths.Select(path => temper * LogRatio(path))];
        double constant = learnsLogZ ? temper * logZ : formula.Constant(ratios);
        return ratios.Average(ratio => formula.Loss(ratio + constant)) / temper;
    }

    /// <summary>log P_F(τ) - log R(x) - log P_B(τ | x).</summary>
    public double LogRatio(GraphPath path)
    {
        double sum = -logReward[path.Object];
        for (int t = 0; t < path.Length; t++) sum += LogForward(path.States[t], path.Actions[t]);
        for (int t = 1; t < path.States.Length; t++) sum -= LogBackward(path.States[t], path.Arrivals[t]);
        return sum;
    }

    /// <summary>The residual of the sub-trajectory from the i-th state to the j-th; the one behind the last action has log R for its flow.</summary>
    public double Residual(GraphPath path, int i, int j, bool isForwardLooking)
    {
        double sum = LogFlow(path, i, isForwardLooking) - LogFlow(path, j, isForwardLooking);
        for (int t = i; t < j; t++) sum += LogForward(path.States[t], path.Actions[t]);

        // The way back from behind an action that leaves the graph has probability one.
        for (int t = i + 1; t <= j && t < path.States.Length; t++) sum -= LogBackward(path.States[t], path.Arrivals[t]);
        return sum;
    }

    double LogFlow(GraphPath path, int t, bool isForwardLooking)
    {
        if (t == path.Length) return logReward[path.Object];
        int state = path.States[t];
        return rows[state][^1] + (isForwardLooking ? logReward[state] : 0);
    }

    double LogForward(int state, int action)
    {
        double sum = graph.Edges[state].Sum(edge => Math.Exp(rows[state][edge.Action]));
        return rows[state][action] - Math.Log(sum);
    }

    double LogBackward(int state, int back)
    {
        if (backwardActions == 0) return -Math.Log(graph.Parents[state].Count);
        double sum = graph.Parents[state].Sum(parent => Math.Exp(rows[state][graph.Actions + parent.Back]));
        return rows[state][graph.Actions + back] - Math.Log(sum);
    }

    static double Square(double x) => x * x;
}
