namespace Adjoint.Models.GaussianProcesses;

/// <summary>Choice of several rows of a library to observe at once. Ties go to the lower index: shuffle a library whose order means something.</summary>
public static class BatchSelection
{
    const int BlockRows = 2048;

    /// <summary>The rows of largest acquisition, largest first.</summary>
    /// <param name="posterior">What is known.</param>
    /// <param name="library">Candidates [m, features].</param>
    /// <param name="count">Number of rows, at most m.</param>
    /// <param name="rule">The acquisition.</param>
    /// <exception cref="SettingException">The count is outside the range.</exception>
    public static int[] Top(GaussianPosterior posterior, Tensor library, int count, AcquisitionRule rule)
    {
        ArgumentNullException.ThrowIfNull(posterior);
        ArgumentNullException.ThrowIfNull(rule);
        using var pause = Autodiff.Pause();
        var (mean, variance) = posterior.Predict(library);
        CheckCount(count, mean.Count);
        double[] values = rule(mean, variance, posterior.Best).Read<double>();
        int[] order = MetricChecks.Order(Array.ConvertAll(values, static value => -value));
        return order[..count];
    }

    /// <summary>
    /// Greedy choice: after each pick the posterior is conditioned on the picked row's mean (the "believer" of Ginsbourger, Le Riche, Carraro 2010). Means stay; variances near the picked fall, so that the batch spreads. One
    /// pick costs a column of the posterior covariance, (n + picks) · m.
    /// </summary>
    /// <inheritdoc cref="Top"/>
    public static int[] Believer(GaussianPosterior posterior, Tensor library, int count, AcquisitionRule rule)
    {
        ArgumentNullException.ThrowIfNull(posterior);
        ArgumentNullException.ThrowIfNull(rule);
        using var pause = Autodiff.Pause();
        Tensor x = MetricChecks.Rows("BatchSelection", "the library", library);
        int m = x.Shape[0], n = posterior.Count;
        CheckCount(count, m);
        var (means, _) = posterior.Predict(x);
        double scale = posterior.Scale * posterior.Scale, noise = posterior.Noise + posterior.Jitter, best = posterior.Best;
        Tensor variance = posterior.Kernel.Diagonal(x).Keep();

        // Row i of the explained part is the i-th column of the factor of the data's covariance, seen from the candidates; each pick adds one.
        Tensor explained = Tensor.Zeros([n + count, m], DType.F64);
        for (int start = 0; start < m; start += BlockRows)
        {
            using var step = Step.Begin();
            int end = Math.Min(start + BlockRows, m);
            posterior.Factor.SolveTriangular(posterior.Kernel.Between(posterior.Inputs, x.Slice(0, start, end))).CopyInto(explained.Slice(0, 0, n).Slice(1, start, end));
        }

        variance = (variance - explained.Slice(0, 0, n).Square().Sum(0)).Clamp(0, double.MaxValue);
        double[] meanValues = means.Read<double>();
        var isPicked = new bool[m];
        var picks = new int[count];
        for (int pick = 0; pick < count; pick++)
        {
            using var step = Step.Begin();
            double[] values = rule(means, variance * scale, best).Read<double>();
            int chosen = -1;
            for (int i = 0; i < m; i++)
            {
                if (!isPicked[i] && (chosen < 0 || values[i] > values[chosen])) chosen = i;
            }

            picks[pick] = chosen;
            isPicked[chosen] = true;
            best = Math.Max(best, meanValues[chosen]);
            Tensor known = explained.Slice(0, 0, n + pick), row = x.Slice(0, chosen, chosen + 1);
            Tensor covariance = posterior.Kernel.Between(row, x) - known.Slice(1, chosen, chosen + 1).Transpose().MatMul(known);
            double spread = variance[chosen].Item() + noise;
            Tensor column = spread > 0 ? covariance / Math.Sqrt(spread) : covariance.ZerosLike();
            column.CopyInto(explained.Slice(0, n + pick, n + pick + 1));
            variance = (variance - column.Reshape(m).Square()).Clamp(0, double.MaxValue).Keep();
        }

        return picks;
    }

    /// <summary>Thompson sampling: for each pick the best row of a function drawn from the posterior, rows picked before left out (Thompson 1933). The functions are drawn at all rows together, so m³/3.</summary>
    /// <param name="posterior">What is known.</param>
    /// <param name="library">Candidates [m, features].</param>
    /// <param name="count">Number of rows, at most m.</param>
    /// <param name="key">Key of the draws.</param>
    /// <exception cref="SettingException">The count is outside the range.</exception>
    public static int[] Thompson(GaussianPosterior posterior, Tensor library, int count, Key key)
    {
        ArgumentNullException.ThrowIfNull(posterior);
        ArgumentNullException.ThrowIfNull(library);
        CheckCount(count, library.Shape[0]);
        int m = library.Shape[0];
        double[] functions = posterior.Sample(library, count, key).Read<double>();
        var isPicked = new bool[m];
        var picks = new int[count];
        for (int pick = 0; pick < count; pick++)
        {
            int chosen = -1;
            for (int i = 0; i < m; i++)
            {
                if (!isPicked[i] && (chosen < 0 || functions[(pick * m) + i] > functions[(pick * m) + chosen])) chosen = i;
            }

            picks[pick] = chosen;
            isPicked[chosen] = true;
        }

        return picks;
    }

    static void CheckCount(int count, int rows)
    {
        if (count < 1 || count > rows) throw new SettingException($"BatchSelection: {count} rows of a library of {rows}. Choose 1 to {rows}.");
    }
}
