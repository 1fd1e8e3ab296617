using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Optimiser passes over flat buffers, and the few numbers that they need of each step. Learning rate (f64), step count (i64), factor on the gradient and <c>factors</c> (f64 [4]) are
/// device memory, so that a recorded step can be replayed.
/// </summary>
public static class UpdateKernels
{
    /// <summary>
    /// target = rule(target, scale·source, first, second). Buffers that a rule does not have are not touched; any may be passed. Layout: 16 bytes of each buffer a thread, the last ones one by
    /// one. Launch: one thread a pack. Limit: memory bandwidth.
    /// </summary>
    public static void Run<TRule, V, TPack>(
        ArrayView<V> target, ArrayView<V> source, ArrayView<V> first, ArrayView<V> second, ArrayView<V> scale, ArrayView<double> factors, long count, TRule rule)
        where TRule : unmanaged, IDeviceRule
        where V : unmanaged, ILane<V>
        where TPack : unmanaged, IPack<TPack, V>
    {
        long pack = Places.Thread, start = pack * TPack.Count;
        if (start >= count) return;
        V factor = scale[0];
        if (start + TPack.Count > count)
        {
            for (long i = start; i < count; i++)
            {
                V a = TRule.States > 0 ? first[i] : V.From(0), b = TRule.States > 1 ? second[i] : V.From(0);
                target[i] = rule.Apply(factors, target[i], source[i] * factor, ref a, ref b);
                if (TRule.States > 0) first[i] = a;
                if (TRule.States > 1) second[i] = b;
            }

            return;
        }

        TPack targets = target.Cast<TPack>()[pack], sources = source.Cast<TPack>()[pack], firsts = default, seconds = default;
        if (TRule.States > 0) firsts = first.Cast<TPack>()[pack];
        if (TRule.States > 1) seconds = second.Cast<TPack>()[pack];
        Step<TRule, V, TPack>(rule, factors, factor, 0, ref targets, sources, ref firsts, ref seconds);
        Step<TRule, V, TPack>(rule, factors, factor, 1, ref targets, sources, ref firsts, ref seconds);
        if (TPack.Count == 4)
        {
            Step<TRule, V, TPack>(rule, factors, factor, 2, ref targets, sources, ref firsts, ref seconds);
            Step<TRule, V, TPack>(rule, factors, factor, 3, ref targets, sources, ref firsts, ref seconds);
        }

        target.Cast<TPack>()[pack] = targets;
        if (TRule.States > 0) first.Cast<TPack>()[pack] = firsts;
        if (TRule.States > 1) second.Cast<TPack>()[pack] = seconds;
    }

    static void Step<TRule, V, TPack>(
        TRule rule, ArrayView<double> factors, V factor, int place, ref TPack targets, TPack sources, ref TPack firsts, ref TPack seconds)
        where TRule : unmanaged, IDeviceRule
        where V : unmanaged, ILane<V>
        where TPack : unmanaged, IPack<TPack, V>
    {
        V a = firsts[place], b = seconds[place];
        targets[place] = rule.Apply(factors, targets[place], sources[place] * factor, ref a, ref b);
        firsts[place] = a;
        seconds[place] = b;
    }

    /// <summary>Adds one to a step count. Launch: one thread.</summary>
    public static void CountStep(ArrayView<long> step)
    {
        if (Places.Thread == 0) step[0]++;
    }

    /// <summary>The factor of the rules of gradient descent: learning rate · rateScale. Launch: one thread.</summary>
    public static void RateFactors(ArrayView<double> learningRate, ArrayView<double> factors, double rateScale)
    {
        if (Places.Thread == 0) factors[0] = Float64.Multiply(learningRate[0], rateScale);
    }

    /// <summary>The factors of <see cref="AdamDeviceRule"/>; a decoupled decay of 0 keeps the parameter whole. Launch: one thread.</summary>
    public static void AdamFactors(
        ArrayView<double> learningRate, ArrayView<long> step, ArrayView<double> factors, double rateScale, double beta1, double beta2, double decoupledDecay)
    {
        if (Places.Thread != 0) return;
        double rate = Float64.Multiply(learningRate[0], rateScale);
        Scalar64 one = new(1), count = new(Float64.FromInt(step[0]));
        Scalar64 correction1 = one - Elementary.Pow(new Scalar64(beta1), count), correction2 = one - Elementary.Pow(new Scalar64(beta2), count);
        factors[0] = Float64.Divide(rate, correction1.Value);
        factors[1] = (one / Scalar64.Sqrt(correction2)).Value;
        factors[2] = Float64.Subtract(1, Float64.Multiply(rate, decoupledDecay));
    }

    /// <summary>The factor of <see cref="AverageDeviceRule"/>: 1 - constant, or 1 - (1 - 1/k)^(constant + 1) at step k. Launch: one thread.</summary>
    public static void AverageFactors(ArrayView<long> step, ArrayView<double> factors, int isPower, double constant)
    {
        if (Places.Thread != 0) return;
        Scalar64 one = new(1), kept = new(constant);
        if (isPower != 0) kept = Elementary.Pow(one - (one / new Scalar64(Float64.FromInt(step[0]))), kept + one);
        factors[0] = (one - kept).Value;
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
