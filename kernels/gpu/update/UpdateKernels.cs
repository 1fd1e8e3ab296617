using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Optimiser passes over flat buffers, and the few numbers that they need of each step. Learning rate (f64), step counts (i64), factor on the gradient and <c>factors</c> (f64 [4]: three of the
/// rule, then the weight by which an average moves) are device memory, so that a recorded step can be replayed.
/// </summary>
public static class UpdateKernels
{
    // Where an average's weight is among the factors.
    internal const int AveragePlace = 3;

    /// <summary>
    /// target = rule(target, scale·source, first, second), and average = moved(average, target) behind it. Buffers that a rule does not have are not touched; any may be passed, or none.
    /// Layout: 16 bytes of each buffer a thread, the last ones one by one. Launch: one thread a pack. Limit: memory bandwidth.
    /// </summary>
    public static void Run<TRule, TAverage, V, TPack>(
        ArrayView<V> target, ArrayView<V> source, ArrayView<V> first, ArrayView<V> second, ArrayView<V> average, ArrayView<V> scale, ArrayView<double> factors, long count, TRule rule)
        where TRule : unmanaged, IDeviceRule
        where TAverage : unmanaged, IDeviceAverage
        where V : unmanaged, ILane<V>
        where TPack : unmanaged, IPack<TPack, V>
    {
        long pack = Places.Thread, start = pack * TPack.Count;
        if (start >= count) return;
        V factor = V.From(1);
        if (TRule.IsScaled) factor = scale[0];
        if (start + TPack.Count > count)
        {
            for (long i = start; i < count; i++)
            {
                V a = TRule.States > 0 ? first[i] : V.From(0), b = TRule.States > 1 ? second[i] : V.From(0), mean = TAverage.Follows ? average[i] : V.From(0);
                target[i] = Move<TRule, TAverage, V>(rule, factors, target[i], source[i] * factor, ref a, ref b, ref mean);
                if (TRule.States > 0) first[i] = a;
                if (TRule.States > 1) second[i] = b;
                if (TAverage.Follows) average[i] = mean;
            }

            return;
        }

        TPack targets = target.Cast<TPack>()[pack], sources = source.Cast<TPack>()[pack], firsts = default, seconds = default, means = default;
        if (TRule.States > 0) firsts = first.Cast<TPack>()[pack];
        if (TRule.States > 1) seconds = second.Cast<TPack>()[pack];
        if (TAverage.Follows) means = average.Cast<TPack>()[pack];
        Step<TRule, TAverage, V, TPack>(rule, factors, factor, 0, ref targets, sources, ref firsts, ref seconds, ref means);
        Step<TRule, TAverage, V, TPack>(rule, factors, factor, 1, ref targets, sources, ref firsts, ref seconds, ref means);
        if (TPack.Count == 4)
        {
            Step<TRule, TAverage, V, TPack>(rule, factors, factor, 2, ref targets, sources, ref firsts, ref seconds, ref means);
            Step<TRule, TAverage, V, TPack>(rule, factors, factor, 3, ref targets, sources, ref firsts, ref seconds, ref means);
        }

        target.Cast<TPack>()[pack] = targets;
        if (TRule.States > 0) first.Cast<TPack>()[pack] = firsts;
        if (TRule.States > 1) second.Cast<TPack>()[pack] = seconds;
        if (TAverage.Follows) average.Cast<TPack>()[pack] = means;
    }

    static void Step<TRule, TAverage, V, TPack>(
        TRule rule, ArrayView<double> factors, V factor, int place, ref TPack targets, TPack sources, ref TPack firsts, ref TPack seconds, ref TPack means)
        where TRule : unmanaged, IDeviceRule
        where TAverage : unmanaged, IDeviceAverage
        where V : unmanaged, ILane<V>
        where TPack : unmanaged, IPack<TPack, V>
    {
        V a = firsts[place], b = seconds[place], mean = means[place];
        targets[place] = Move<TRule, TAverage, V>(rule, factors, targets[place], sources[place] * factor, ref a, ref b, ref mean);
        firsts[place] = a;
        seconds[place] = b;
        means[place] = mean;
    }

    static V Move<TRule, TAverage, V>(TRule rule, ArrayView<double> factors, V target, V source, ref V first, ref V second, ref V mean)
        where TRule : unmanaged, IDeviceRule
        where TAverage : unmanaged, IDeviceAverage
        where V : unmanaged, ILane<V>
    {
        V moved = rule.Apply(factors, target, source, ref first, ref second);
        mean = TAverage.Apply(factors, mean, moved);
        return moved;
    }

    /// <summary>Adds one to a step count. Launch: one thread.</summary>
    public static void CountStep(ArrayView<long> step)
    {
        if (Places.Thread == 0) step[0]++;
    }

    /// <summary>The factor of the rules of gradient descent, learning rate · rateScale, and an average's. Launch: one thread.</summary>
    public static void RateFactors(ArrayView<long> averageStep, ArrayView<double> factors, AverageLaw law, ArrayView<double> learningRate, double rateScale)
    {
        if (Places.Thread != 0) return;
        factors[0] = Float64.Multiply(learningRate[0], rateScale);
        WriteWeight(averageStep, factors, law);
    }

    /// <summary>The factors of <see cref="AdamDeviceRule"/>, where a decoupled decay of 0 keeps the parameter whole, and an average's. Launch: one thread.</summary>
    public static void AdamFactors(
        ArrayView<long> averageStep, ArrayView<double> factors, AverageLaw law, ArrayView<double> learningRate, ArrayView<long> step, double rateScale, double beta1, double beta2, double decoupledDecay)
    {
        if (Places.Thread != 0) return;
        double rate = Float64.Multiply(learningRate[0], rateScale);
        Scalar64 one = new(1), count = new(Float64.FromInt(step[0]));
        Scalar64 correction1 = one - Elementary.Pow(new Scalar64(beta1), count), correction2 = one - Elementary.Pow(new Scalar64(beta2), count);
        factors[0] = Float64.Divide(rate, correction1.Value);
        factors[1] = (one / Scalar64.Sqrt(correction2)).Value;
        factors[2] = Float64.Subtract(1, Float64.Multiply(rate, decoupledDecay));
        WriteWeight(averageStep, factors, law);
    }

    /// <summary>An average's factor alone. Launch: one thread.</summary>
    public static void AverageFactors(ArrayView<long> averageStep, ArrayView<double> factors, AverageLaw law)
    {
        if (Places.Thread == 0) WriteWeight(averageStep, factors, law);
    }

    static void WriteWeight(ArrayView<long> averageStep, ArrayView<double> factors, AverageLaw law)
    {
        if (law.Kind == AverageLaw.None) return;
        Scalar64 one = new(1), kept = new(law.Constant);
        if (law.Kind == AverageLaw.Power) kept = Elementary.Pow(one - (one / new Scalar64(Float64.FromInt(averageStep[0]))), kept + one);
        factors[AveragePlace] = (one - kept).Value;
    }

    /// <summary>
    /// partial[p] = Σ x² over piece p of <paramref name="length"/> numbers, in f64, for the caller's cut of count by length. Launch: a team a piece.
    /// </summary>
    public static void SquareSum<T, TConversion, TTeam>(ArrayView<T> x, ArrayView<double> partial, long count, int length)
        where T : unmanaged
        where TConversion : struct, IWiden<T>
        where TTeam : struct, ITeam
    {
        long start = TTeam.Row * length, end = Math.Min(count, start + length);
        if (start >= count) return;
        Scalar64 sum = new(0);
        for (long i = start + TTeam.Member; i < end; i += TTeam.Size)
        {
            Scalar64 number = new(TConversion.Widen(x[i]));
            sum = Scalar64.MultiplyAdd(number, number, sum);
        }

        sum = TTeam.Fold(default(SumFold), sum);
        if (TTeam.Member == 0) partial[TTeam.Row] = sum.Value;
    }

    /// <summary>
    /// scale = min(1, maximum / (norm + 1e-6)) and norm = √Σ partial, both rounded to the gradient's type; NaN stays. Launch: one team.
    /// </summary>
    public static void ClipScale<T, TConversion, TTeam>(ArrayView<double> partial, ArrayView<T> scale, ArrayView<T> norm, int pieces, double maximum)
        where T : unmanaged
        where TConversion : struct, IWiden<T>
        where TTeam : struct, ITeam
    {
        if (TTeam.Row != 0) return;
        Scalar64 sum = new(0);
        for (int i = TTeam.Member; i < pieces; i += TTeam.Size) sum += new Scalar64(partial[i]);
        sum = TTeam.Fold(default(SumFold), sum);
        if (TTeam.Member != 0) return;
        T length = TConversion.Narrow(Scalar64.Sqrt(sum).Value);
        norm[0] = length;
        double factor = Float64.Divide(maximum, Float64.Add(TConversion.Widen(length), 1e-6));
        scale[0] = TConversion.Narrow(Float64.Min(1, factor));
    }
}

/// <summary>A float as f64 and back.</summary>
public interface IWiden<T> where T : unmanaged
{
    static abstract double Widen(T x);

    static abstract T Narrow(double x);
}

/// <summary>f32 and f64.</summary>
public readonly struct Widening : IWiden<float>, IWiden<double>
{
    static double IWiden<float>.Widen(float x) => x;

    static float IWiden<float>.Narrow(double x) => (float)x;

    static double IWiden<double>.Widen(double x) => x;

    static double IWiden<double>.Narrow(double x) => x;
}
