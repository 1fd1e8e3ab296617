namespace Adjoint;

/// <summary>Factor on the learning rate at a step, the first being 0.</summary>
public delegate double Schedule(long step);

/// <summary>The usual schedules: pure functions of the step.</summary>
public static class Schedules
{
    /// <summary>1 at every step.</summary>
    public static Schedule Constant { get; } = static _ => 1;

    /// <summary>Rises linearly to 1, which it reaches at the last of the given steps: (step + 1)/steps.</summary>
    /// <exception cref="SettingException">The number of steps is below 1.</exception>
    public static Schedule LinearWarmUp(long steps)
    {
        Check.AtLeast(steps, 1, "Warm-up steps");
        return step => Math.Min(1, (step + 1.0) / steps);
    }

    /// <summary>
    /// Falls along half a cosine from 1 to the floor, where it stays: floor + (1 - floor)·(1 + cos(π·step/steps))/2. Loshchilov, Hutter 2017,
    /// equation 5.
    /// </summary>
    /// <exception cref="SettingException">The number of steps is below 1, or the floor is outside [0, 1].</exception>
    public static Schedule Cosine(long steps, double floor = 0)
    {
        Check.AtLeast(steps, 1, "Cosine steps");
        Check.InRange(floor, 0, 1, "Cosine floor");
        return step => floor + ((1 - floor) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(step, steps) / steps)));
    }

    /// <summary>Is multiplied by the factor after every so many steps.</summary>
    /// <exception cref="SettingException">The period is below 1, or the factor is outside [0, 1].</exception>
    public static Schedule StepDecay(long period, double factor)
    {
        Check.AtLeast(period, 1, "Step decay period");
        Check.InRange(factor, 0, 1, "Step decay factor");
        return step => Math.Pow(factor, step / period);
    }

    /// <summary>factor^step</summary>
    /// <exception cref="SettingException">The factor is outside [0, 1].</exception>
    public static Schedule Exponential(double factor)
    {
        Check.InRange(factor, 0, 1, "Exponential factor");
        return step => Math.Pow(factor, step);
    }

    /// <summary>
    /// Rises linearly to 1 over the warm-up, then falls as √(warmUp/(step + 1)). Vaswani et al. 2017, equation 3, scaled to a peak of 1.
    /// </summary>
    /// <exception cref="SettingException">The warm-up is below 1.</exception>
    public static Schedule InverseSquareRoot(long warmUp)
    {
        Check.AtLeast(warmUp, 1, "Warm-up steps");
        return step => Math.Min((step + 1.0) / warmUp, Math.Sqrt(warmUp / (step + 1.0)));
    }

    /// <summary>Rises linearly to 1 over the warm-up, (step + 1)/warmUp, then falls along half a cosine to the floor, which it reaches at the last of the steps and where it stays.</summary>
    /// <exception cref="SettingException">The warm-up is below 1, there are no steps behind it, or the floor is outside [0, 1].</exception>
    public static Schedule CosineWithWarmUp(long warmUp, long steps, double floor = 0)
    {
        Check.AtLeast(warmUp, 1, "Warm-up steps");
        Check.AtLeast(steps, warmUp + 1, "Cosine steps");
        Schedule rise = LinearWarmUp(warmUp), fall = Cosine(steps - warmUp, floor);
        return step => step < warmUp ? rise(step) : fall(step - warmUp + 1);
    }

    /// <summary>
    /// Rises along half a cosine from 1/startDivisor to 1 over the first part of the steps, then falls along another to 1/(startDivisor·endDivisor), where it stays. Smith, Topin 2019, with the marks of
    /// PyTorch: the peak is at step rise·steps - 1, the end at steps - 1.
    /// </summary>
    /// <exception cref="SettingException">The steps are below 1, the rise is outside [0, 1], or a divisor is below 1.</exception>
    public static Schedule OneCycle(long steps, double rise = 0.3, double startDivisor = 25, double endDivisor = 1e4)
    {
        Check.AtLeast(steps, 1, "One-cycle steps");
        Check.InRange(rise, 0, 1, "One-cycle rise");
        double start = 1 / Check.InRange(startDivisor, 1, double.MaxValue, "One-cycle start divisor"), end = start / Check.InRange(endDivisor, 1, double.MaxValue, "One-cycle end divisor");
        double peak = (rise * steps) - 1, last = steps - 1;
        static double Between(double from, double to, double part) => to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * part)));
        return step => step <= peak ? Between(start, 1, step / peak) : Between(1, end, last > peak ? Math.Min(1, (step - peak) / (last - peak)) : 1);
    }

    /// <summary>The product of two schedules, such as a warm-up and a decay.</summary>
    public static Schedule Times(this Schedule schedule, Schedule other) => step => schedule(step) * other(step);
}
