namespace Adjoint.Models.GFlowNets;

/// <summary>The distribution R(x)/Z over all objects of an environment.</summary>
public sealed class Target
{
    const int Batch = 65536;

    readonly double[] probabilities;
    readonly double[] logReward;
    readonly double[] cumulated;

    /// <summary>Evaluates a reward at every object.</summary>
    /// <exception cref="NumericalException">A reward is not a positive finite number.</exception>
    public Target(StateSpace space, IReward reward)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(reward);
        Space = space;
        logReward = new double[space.Objects.Length];
        using var pause = Autodiff.Pause();
        for (int start = 0; start < logReward.Length; start += Batch)
        {
            using var step = Step.Begin();
            int count = Math.Min(Batch, logReward.Length - start);
            reward.LogOf(space.Rows(space.Objects.Slice(start, count))).To(DType.F64).Read(logReward.AsSpan(start, count));
        }

        int wrong = Array.FindIndex(logReward, static log => !double.IsFinite(log));
        if (wrong >= 0) throw new NumericalException($"Target: log R of object {wrong} is {logReward[wrong]}. Give every object a positive finite reward.");
        LogPartition = LogSum.Of(logReward);
        probabilities = Array.ConvertAll(logReward, log => Math.Exp(log - LogPartition));
        cumulated = new double[probabilities.Length];
        double sum = 0;
        for (int i = 0; i < probabilities.Length; i++) cumulated[i] = sum += probabilities[i];
        LogExpectedReward = LogSum.Of(Array.ConvertAll(logReward, static log => 2 * log)) - LogPartition;
    }

    /// <summary>The states of the environment.</summary>
    public StateSpace Space { get; }

    /// <summary>log R of each object.</summary>
    public ReadOnlySpan<double> LogReward => logReward;

    /// <summary>R/Z of each object.</summary>
    public ReadOnlySpan<double> Probabilities => probabilities;

    /// <summary>log Z.</summary>
    public double LogPartition { get; }

    /// <summary>log Σ R²/Z: the logarithm of the mean reward of perfect samples.</summary>
    public double LogExpectedReward { get; }

    /// <summary>Σ R²/Z: the mean reward of perfect samples; infinite where it is too large for a number.</summary>
    public double ExpectedReward => Math.Exp(LogExpectedReward);

    /// <summary>The mean reward over all objects alike.</summary>
    public double MeanReward => Math.Exp(LogPartition) / logReward.Length;

    /// <summary>Perfect samples: places among the objects.</summary>
    public int[] Sample(int count, Key key)
    {
        double[] uniform = new Generator(key).Uniform([count], DType.F64).Read<double>();
        return Array.ConvertAll(uniform, u =>
        {
            int found = Array.BinarySearch(cumulated, u * cumulated[^1]);
            return Math.Min(found < 0 ? ~found : found + 1, cumulated.Length - 1);
        });
    }

    /// <summary>Perfect samples as states, i64 [count, cells].</summary>
    public Tensor SampleStates(int count, Key key) => Space.Rows(Array.ConvertAll(Sample(count, key), place => Space.Objects[place]));

    /// <summary>
    /// The mean total variation between the target and the histogram of perfect samples, below which no sampler is on average: ½ Σ E|X/n - p| with X binomial, whose mean absolute deviation has a closed
    /// form (De Moivre; Diaconis, Zabell 1991).
    /// </summary>
    /// <param name="samples">Samples in the histogram.</param>
    public double TotalVariationFloor(int samples)
    {
        Check.AtLeast(samples, 1, "Target: samples");
        double sum = 0;
        foreach (double p in probabilities) sum += MeanAbsoluteDeviation(samples, p);
        return 0.5 * sum / samples;
    }

    // E|X - np| = 2 k C(n, k) p^k (1-p)^(n-k+1) with k = floor(np) + 1.
    static double MeanAbsoluteDeviation(int n, double p)
    {
        if (p is <= 0 or >= 1) return 0;
        int k = Math.Min((int)(n * p) + 1, n);
        double logChoose = MathNet.Numerics.SpecialFunctions.FactorialLn(n) - MathNet.Numerics.SpecialFunctions.FactorialLn(k) - MathNet.Numerics.SpecialFunctions.FactorialLn(n - k);
        return 2 * Math.Exp(Math.Log(k) + logChoose + (k * Math.Log(p)) + ((n - k + 1) * Math.Log(1 - p)));
    }
}
