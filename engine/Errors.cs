namespace Adjoint;

/// <summary>Base of every error that the engine raises on purpose. Messages are one line and end with the remedy.</summary>
public abstract class AdjointException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Shapes, axes or indices that do not fit together.</summary>
public sealed class ShapeException(string message) : AdjointException(message);

/// <summary>Dtypes that an op does not take, or that differ where they must agree.</summary>
public sealed class DTypeException(string message) : AdjointException(message);

/// <summary>A device that is absent, or operands on different devices.</summary>
public sealed class DeviceException(string message) : AdjointException(message);

/// <summary>A derivative that was asked for where none exists.</summary>
public sealed class DerivativeException(string message) : AdjointException(message);

/// <summary>Something inside a recorded step that a replay could not repeat.</summary>
public sealed class PlanException(string message) : AdjointException(message);

/// <summary>A tensor whose memory has been given back, or was changed since a derivative saved it.</summary>
public sealed class LifetimeException(string message) : AdjointException(message);

/// <summary>Numbers on which a computation has no result: a matrix that is singular or not positive definite.</summary>
public sealed class NumericalException(string message) : AdjointException(message);

/// <summary>A setting outside its meaning: a negative rate, a NaN, an unknown name.</summary>
public sealed class SettingException(string message) : AdjointException(message);

/// <summary>An iteration that does not reach its end: a state that is no longer finite, steps that do not suffice, a bracket without a root.</summary>
public sealed class SolverException(string message) : AdjointException(message);

/// <summary>A file that is missing, damaged, hostile or of another format.</summary>
public sealed class DataException(string message, Exception? inner = null) : AdjointException(message, inner);

/// <summary>Checks of settings, shared by everything that takes them.</summary>
public static class Check
{
    /// <summary>Returns <paramref name="value"/> if it is a finite number of at least <paramref name="minimum"/> and at most <paramref name="maximum"/>.</summary>
    /// <exception cref="SettingException">It is not.</exception>
    public static double InRange(double value, double minimum, double maximum, string name)
    {
        if (value >= minimum && value <= maximum) return value;
        throw new SettingException($"{name} = {value} is outside {Interval(minimum, maximum)}. Choose a value inside.");
    }

    /// <summary>Returns <paramref name="value"/> if it is at least <paramref name="minimum"/>.</summary>
    /// <exception cref="SettingException">It is not.</exception>
    public static int AtLeast(int value, int minimum, string name) => (int)AtLeast((long)value, minimum, name);

    /// <summary>Returns <paramref name="value"/> if it is at least <paramref name="minimum"/>.</summary>
    /// <exception cref="SettingException">It is not.</exception>
    public static long AtLeast(long value, long minimum, string name)
    {
        if (value >= minimum) return value;
        throw new SettingException($"{name} = {value} is below {minimum}. Choose {minimum} or more.");
    }

    static string Interval(double minimum, double maximum) =>
        $"{(double.IsNegativeInfinity(minimum) ? "(-inf" : $"[{minimum}")}, {(double.IsPositiveInfinity(maximum) ? "inf)" : $"{maximum}]")}";
}
