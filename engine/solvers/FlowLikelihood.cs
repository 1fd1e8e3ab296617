namespace Adjoint;

/// <summary>
/// Densities of flows: where dx/dt = f(t, x) carries x(0) of density p0 to x(1), log p1(x(1)) = log p0(x(0)) - ∫ div f dt along the way. Chen et al. 2018; Grathwohl et al. 2019.
/// </summary>
public static class FlowLikelihood
{
    /// <summary>The point at time <paramref name="start"/> from which each row came, and its log-density at time <paramref name="end"/>; differentiable through the steps.</summary>
    /// <param name="solver">Integrates from the end to the start.</param>
    /// <param name="field">Treats rows separately.</param>
    /// <param name="x">[batch, n] at time <paramref name="end"/>.</param>
    /// <param name="logDensity">log p0 of rows: [batch, n] to [batch].</param>
    /// <param name="probe">Hutchinson's probe of x's shape; without, the divergence is exact.</param>
    /// <param name="start">Time of p0.</param>
    /// <param name="end">Time of x.</param>
    public static (Tensor Source, Tensor LogDensity) Of(
        OdeSolver solver, Field field, Tensor x, Func<Tensor, Tensor> logDensity, Tensor? probe = null, double start = 0, double end = 1)
    {
        ArgumentNullException.ThrowIfNull(solver);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(logDensity);
        Tensor[] Slopes(double t, Tensor[] state)
        {
            var (value, divergence) = probe is null ? Divergence.Exact(y => field(t, y), state[0]) : Divergence.Hutchinson(y => field(t, y), state[0], probe);
            return [value, divergence];
        }

        Tensor none = Tensor.Zeros([x.Shape[0]], x.DType, x.Device);
        Tensor[] reached = Tape.IsRecording ? solver.Solve(Slopes, [x, none], end, start) : solver.Integrate(Slopes, [x, none], end, start);

        // From the end back to the start the integral has the other sign.
        return (reached[0], logDensity(reached[0]) + reached[1]);
    }

    /// <summary>log-density of a standard normal distribution: [batch, n] to [batch].</summary>
    public static Tensor StandardNormal(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Square().Sum(-1).Affine(-0.5, -0.5 * Math.Log(2 * Math.PI) * x.Shape[-1]);
    }
}
