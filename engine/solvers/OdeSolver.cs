namespace Adjoint;

/// <summary>
/// Integrates initial-value problems. <see cref="Integrate(Field, Tensor, double, double)"/> keeps no tape, for sampling; <see cref="Solve(Field, Tensor, double, double)"/> is made of tensor
/// ops, so that derivatives flow through the steps to the state and whatever the field uses. Memory of the latter grows with the steps; see <see cref="OdeAdjoint"/>.
/// </summary>
public abstract class OdeSolver
{
    /// <summary>Names under which <see cref="Parse"/> knows the solvers.</summary>
    public static IReadOnlyList<string> Names { get; } = ["dopri5", "tsit5", "heun", "heun3", "midpoint", "rk4", "euler"];

    /// <summary>Evaluations of the field since construction.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The solver of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>, or that of an <see cref="OdeMethod"/>.</param>
    /// <param name="steps">Steps of the fixed-step solvers.</param>
    /// <param name="tolerance">Relative and absolute tolerance of the adaptive ones.</param>
    /// <exception cref="SettingException">There is no such solver.</exception>
    public static OdeSolver Parse(string name, int steps, double tolerance)
    {
        OdeMethod? method = OdeMethod.All.FirstOrDefault(one => one.Name == (name == "heun" ? "heun2" : name));
        if (method is null) throw new SettingException($"'{name}' is not a solver. Choose one of {string.Join(", ", Names)}.");
        return method.Error is null ? new FixedStep(method, steps) : new AdaptiveStep(method, tolerance, tolerance);
    }

    /// <summary>
    /// The state at time <paramref name="end"/> for the state <paramref name="x"/> at time <paramref name="start"/>, which may be later, without a tape. The field's result is copied, so it
    /// may be memory that the field uses again.
    /// </summary>
    /// <exception cref="SolverException">The state is no longer finite, or the steps do not suffice.</exception>
    public Tensor Integrate(Field field, Tensor x, double start = 0, double end = 1) => Integrate(Single(field), [x], start, end)[0];

    /// <inheritdoc cref="Integrate(Field, Tensor, double, double)"/>
    public Tensor[] Integrate(SystemField field, Tensor[] x, double start = 0, double end = 1)
    {
        using var pause = Autodiff.Pause();
        return Run((t, state) => Array.ConvertAll(field(t, state), static slope => slope.Clone()), x, [start, end])[^1];
    }

    /// <summary>The state at time <paramref name="end"/>, differentiable through the steps. Solvers of fixed steps work inside plans.</summary>
    /// <inheritdoc cref="Integrate(Field, Tensor, double, double)"/>
    public Tensor Solve(Field field, Tensor x, double start = 0, double end = 1) => Solve(Single(field), [x], start, end)[0];

    /// <inheritdoc cref="Solve(Field, Tensor, double, double)"/>
    public Tensor[] Solve(SystemField field, Tensor[] x, double start = 0, double end = 1) => SolveAt(field, x, [start, end])[^1];

    /// <summary>
    /// The states at some times, of which the first is that of the given state; differentiable through the steps. Adaptive solvers choose their steps without regard to the times and
    /// interpolate: to order 4 (dopri5) or 3; solvers of fixed steps take theirs between each two times.
    /// </summary>
    /// <exception cref="SettingException">The times do not all go one way, or there are none.</exception>
    public Tensor[][] SolveAt(SystemField field, Tensor[] x, ReadOnlySpan<double> times)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (times.IsEmpty) throw new SettingException("SolveAt: there are no times. Give that of the state at least.");
        for (int i = 2; i < times.Length; i++)
        {
            if ((times[i] - times[i - 1]) * (times[^1] - times[0]) < 0) throw new SettingException($"SolveAt: time {times[i]} turns back. Sort the times.");
        }

        return Run(field, x, times.ToArray());
    }

    /// <inheritdoc cref="SolveAt(SystemField, Tensor[], ReadOnlySpan{double})"/>
    public Tensor[] SolveAt(Field field, Tensor x, ReadOnlySpan<double> times) => Array.ConvertAll(SolveAt(Single(field), [x], times), static state => state[0]);

    /// <summary>The states at the times, the first of them the state given.</summary>
    protected abstract Tensor[][] RunTo(SystemField field, Tensor[] x, double[] times);

    Tensor[][] Run(SystemField field, Tensor[] x, double[] times) => RunTo(
        (t, state) =>
        {
            Evaluations++;
            return field(t, state);
        },
        x,
        times);

    static SystemField Single(Field field) => (t, x) => [field(t, x[0])];
}
