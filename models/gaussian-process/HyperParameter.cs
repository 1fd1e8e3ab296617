namespace Adjoint.Models.GaussianProcesses;

/// <summary>
/// Positive numbers that a kernel or a process depends on. Learned ones are stored as logarithms, kept between bounds, so that steps of an optimiser multiply them.
/// </summary>
public sealed class HyperParameter
{
    const double LogBound = 16;

    readonly Parameter? logarithm;
    readonly Tensor? constant;
    readonly double[] initial;
    readonly double logMinimum;

    internal HyperParameter(string name, double[] initial, Prior? prior, Parameter? logarithm, double minimum)
    {
        (Name, this.initial, Prior, this.logarithm) = (name, initial, prior, logarithm);
        logMinimum = Math.Max(-LogBound, Math.Log(minimum));
        if (logarithm is null) constant = Tensor.From<double>(initial);
    }

    /// <summary>Name within its kernel.</summary>
    public string Name { get; }

    /// <summary>What is believed of it before data; null for nothing.</summary>
    public Prior? Prior { get; }

    /// <summary>Whether fitting moves it.</summary>
    public bool IsLearned => logarithm is not null;

    /// <summary>The numbers, f64 [count], tracked where they are learned.</summary>
    public Tensor Value => constant ?? logarithm!.Value.Clamp(logMinimum, LogBound).Exp();

    /// <summary>The numbers on the host.</summary>
    public double[] Numbers => Value.Detach().Read<double>();

    /// <summary>Σ log density of the prior, or null without one.</summary>
    internal Tensor? LogPrior() => Prior is null || constant is not null ? null : Prior.LogDensity(Value).Sum();

    /// <summary>Puts learned numbers back to the first ones, multiplied by exp(deviation · normal noise).</summary>
    internal void Restart(double deviation, Key key)
    {
        if (logarithm is null) return;
        double[] noise = new Generator(key.Split(logarithm.Name)).Normal([initial.Length], DType.F64).Read<double>(), start = new double[initial.Length];
        for (int i = 0; i < start.Length; i++) start[i] = Math.Log(initial[i]) + (deviation * noise[i]);
        logarithm.Value.Write<double>(start);
    }
}
