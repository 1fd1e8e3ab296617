namespace Adjoint.Models;

/// <summary>The right side of dx/dt = f(t, x). The result has x's shape and is used up before the next call.</summary>
public delegate Tensor Field(double t, Tensor x);

/// <summary>Integrates an initial-value problem without keeping a tape: for sampling from trained flows.</summary>
public abstract class OdeSolver
{
    /// <summary>Names under which <see cref="Parse"/> knows the solvers.</summary>
    public static IReadOnlyList<string> Names { get; } = ["dopri5", "heun", "midpoint", "rk4", "euler"];

    /// <summary>Evaluations of the field since construction.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The solver of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="steps">Steps of the fixed-step solvers.</param>
    /// <param name="tolerance">Relative and absolute tolerance of the adaptive one.</param>
    /// <exception cref="SettingException">There is no such solver.</exception>
    public static OdeSolver Parse(string name, int steps, double tolerance) => name switch
    {
        "dopri5" => new Dopri5(tolerance, tolerance),
        "heun" => new FixedStep(FixedStepRule.Heun, steps),
        "midpoint" => new FixedStep(FixedStepRule.Midpoint, steps),
        "rk4" => new FixedStep(FixedStepRule.RungeKutta4, steps),
        "euler" => new FixedStep(FixedStepRule.Euler, steps),
        _ => throw new SettingException($"'{name}' is not a solver. Choose one of {string.Join(", ", Names)}."),
    };

    /// <summary>The state at time <paramref name="end"/> for the state <paramref name="x"/> at time <paramref name="start"/>; end may be before start.</summary>
    public Tensor Integrate(Field field, Tensor x, double start = 0, double end = 1)
    {
        using var pause = Autodiff.Pause();
        return Run(
            (t, state) =>
            {
                Evaluations++;
                return field(t, state);
            },
            x,
            start,
            end);
    }

    /// <summary>The method itself.</summary>
    protected abstract Tensor Run(Field field, Tensor x, double start, double end);
}
