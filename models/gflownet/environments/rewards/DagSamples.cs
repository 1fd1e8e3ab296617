namespace Adjoint.Models.GFlowNets;

/// <summary>A random linear-Gaussian network and what it gives rise to.</summary>
/// <param name="Graph">i64 [variables, variables], 1 for an edge from row to column.</param>
/// <param name="Samples">f64 [samples, variables].</param>
public sealed record DagSamples(Tensor Graph, Tensor Samples)
{
    /// <summary>
    /// Draws a graph of the Erdős–Rényi kind in a random order of the variables, weights from N(0, 1), and samples with noise (gflownet specification, section 5.4: 5 variables, one edge a variable on
    /// average, noise variance 0.1, 100 samples).
    /// </summary>
    /// <param name="variables">Number of variables, 1 to 16.</param>
    /// <param name="samples">Number of samples, from 1 on.</param>
    /// <param name="key">All randomness.</param>
    /// <param name="edgesPerVariable">Mean number of edges a variable; at most (variables - 1)/2.</param>
    /// <param name="noiseVariance">Variance of the noise.</param>
    /// <exception cref="SettingException">A number is out of range.</exception>
    public static DagSamples Draw(int variables, int samples, Key key, double edgesPerVariable = 1, double noiseVariance = 0.1)
    {
        Check.InRange(variables, 1, DagScoreReward.MostVariables, "DagSamples: variables");
        Check.AtLeast(samples, 1, "DagSamples: samples");
        Check.InRange(edgesPerVariable, 0, (variables - 1) / 2.0, "DagSamples: edges a variable");
        Check.InRange(noiseVariance, 0, double.MaxValue, "DagSamples: noise variance");
        var generator = new Generator(key);
        double probability = variables == 1 ? 0 : 2 * edgesPerVariable / (variables - 1);
        long[] order = generator.Permutation(variables).Read<long>();
        bool[] isEdge = generator.Bernoulli([variables * variables], probability).Read<bool>();
        double[] weights = generator.Normal([variables * variables], DType.F64).Read<double>();
        double[] values = (generator.Normal([samples, variables], DType.F64) * Math.Sqrt(noiseVariance)).Read<double>();
        var graph = new long[variables * variables];
        for (int later = 0; later < variables; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                int from = (int)order[earlier], to = (int)order[later], edge = (from * variables) + to;
                if (!isEdge[edge]) continue;
                graph[edge] = 1;
                // In order: the values of the earlier variable are complete.
                for (int row = 0; row < samples; row++) values[(row * variables) + to] += weights[edge] * values[(row * variables) + from];
            }
        }

        return new DagSamples(Tensor.From<long>(graph, [variables, variables]), Tensor.From<double>(values, [samples, variables]));
    }
}
