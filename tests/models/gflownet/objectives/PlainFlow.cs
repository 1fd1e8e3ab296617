namespace Adjoint.Tests.GFlowNets;

/// <summary>
/// The flow of a reward under a given P_B, by the recursion of the gflownet specification, section 5.1: F(s) = R(s) + Σ over children of F(s') P_B(s | s'), P_F(s' | s) = F(s') P_B(s | s')/F(s).
/// </summary>
sealed class PlainFlow
{
    /// <summary>Goes from the states furthest from the source to it.</summary>
    /// <param name="graph">The states.</param>
    /// <param name="reward">R of each state; what is no object does not count.</param>
    /// <param name="backward">P_B [states][backward actions]; null for the uniform one.</param>
    public PlainFlow(StateGraph graph, double[] reward, double[][]? backward = null)
    {
        int count = graph.States.Count;
        Flow = new double[count];
        Forward = new double[count][];
        Backward = backward ?? [.. graph.Parents.Select(parents => Uniform(graph.BackwardActions, parents))];
        for (int state = count - 1; state >= 0; state--)
        {
            Forward[state] = new double[graph.Actions];
            if (graph.IsObject(state)) Flow[state] = reward[state];
            foreach (GraphEdge edge in graph.Edges[state])
            {
                double flow = edge.Child < 0 ? reward[state] : Flow[edge.Child] * Backward[edge.Child][edge.Back];
                if (edge.Child >= 0) Flow[state] += flow;
                Forward[state][edge.Action] = flow;
            }

            foreach (GraphEdge edge in graph.Edges[state]) Forward[state][edge.Action] /= Flow[state];
        }
    }

    /// <summary>F(s).</summary>
    public double[] Flow { get; }

    /// <summary>P_F [states][actions].</summary>
    public double[][] Forward { get; }

    /// <summary>P_B [states][backward actions].</summary>
    public double[][] Backward { get; }

    /// <summary>How far the objects that a policy draws are from R/Z: half of Σ |P_T(x) - R(x)/Z|.</summary>
    public static double TotalVariation(StateGraph graph, double[] reward, double[][] forward)
    {
        var visits = new double[graph.States.Count];
        visits[0] = 1;
        double z = 0, distance = 0;
        for (int state = 0; state < visits.Length; state++) z += graph.IsObject(state) ? reward[state] : 0;
        for (int state = 0; state < visits.Length; state++)
        {
            double ends = graph.Edges[state].Length == 0 ? visits[state] : 0;
            foreach (GraphEdge edge in graph.Edges[state])
            {
                double flow = visits[state] * forward[state][edge.Action];
                if (edge.Child < 0) ends += flow;
                else visits[edge.Child] += flow;
            }

            distance += 0.5 * Math.Abs(ends - (graph.IsObject(state) ? reward[state] / z : 0));
        }

        return distance;
    }

    static double[] Uniform(int backwardActions, List<GraphParent> parents)
    {
        var probabilities = new double[backwardActions];
        foreach (GraphParent parent in parents) probabilities[parent.Back] = 1.0 / parents.Count;
        return probabilities;
    }
}
