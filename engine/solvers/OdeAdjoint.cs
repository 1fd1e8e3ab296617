namespace Adjoint;

/// <summary>
/// Solutions whose derivatives come from the adjoint system instead of the steps: a' = -aᵀ ∂f/∂x is integrated backwards beside the state, which is computed again on the way, and
/// beside -aᵀ ∂f/∂parameters. Memory does not grow with steps; the derivative is that of the exact solution, and so as accurate as the solver. Chen, Rubanova, Bettencourt, Duvenaud 2018.
/// </summary>
public static class OdeAdjoint
{
    /// <summary>The state at time <paramref name="end"/>.</summary>
    /// <param name="solver">Integrates the state and, for derivatives, both systems.</param>
    /// <param name="field">A pure function of its arguments: derivatives flow to nothing that it captures.</param>
    /// <param name="x">State at time <paramref name="start"/>.</param>
    /// <param name="parameters">What else derivatives shall flow to.</param>
    /// <param name="start">First time.</param>
    /// <param name="end">Last time.</param>
    public static Tensor Solve(OdeSolver solver, ParametricField field, Tensor x, Tensor[] parameters, double start = 0, double end = 1)
    {
        ArgumentNullException.ThrowIfNull(solver);
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(parameters);
        return Autodiff.Custom(
            "ode_adjoint",
            inputs => solver.Integrate((t, state) => field(t, state, inputs[1..]), inputs[0], start, end),
            (inputs, reached, cotangent) => Reverse(solver, field, inputs[1..], reached, cotangent, start, end),
            (inputs, _, tangents) => Forward(solver, field, inputs, tangents, start, end),
            [x, .. parameters]);
    }

    // Within a derivative that is to be differentiated again, the systems are solved on the tape.
    static Tensor[] Run(OdeSolver solver, SystemField field, Tensor[] state, double start, double end) =>
        Tape.IsRecording ? solver.Solve(field, state, start, end) : solver.Integrate(field, state, start, end);

    static Tensor?[] Reverse(OdeSolver solver, ParametricField field, Tensor[] parameters, Tensor reached, Tensor cotangent, double start, double end)
    {
        bool outer = Tape.IsRecording;
        Tensor[] Slopes(double t, Tensor[] state)
        {
            using var recording = Tape.Recording(true);
            Tensor[] variables = [state[0].Variable(), .. Array.ConvertAll(parameters, static one => one.Variable())];
            Tensor slope = field(t, variables[0], variables[1..]);
            Tensor[] pulled = Autodiff.Vjp([slope], variables, [state[1]], outer);
            using var rest = Tape.Recording(outer);
            return [outer ? slope : slope.Detach(), .. Array.ConvertAll(pulled, static one => -one)];
        }

        Tensor[] first = [reached, cotangent, .. Array.ConvertAll(parameters, static one => one.ZerosLike())];
        return Run(solver, Slopes, first, end, start)[1..];
    }

    static Tensor Forward(OdeSolver solver, ParametricField field, Tensor[] inputs, Tensor?[] tangents, double start, double end)
    {
        bool outer = Tape.IsRecording;
        Tensor[] directions = [.. inputs.Select((input, i) => tangents[i] ?? input.ZerosLike())];
        Tensor[] Slopes(double t, Tensor[] state)
        {
            using var recording = Tape.Recording(true);
            Tensor[] variables = [state[0].Variable(), .. Array.ConvertAll(inputs[1..], static one => one.Variable())];
            Tensor slope = field(t, variables[0], variables[1..]);
            Tensor pushed = Autodiff.Jvp([slope], variables, [state[1], .. directions[1..]], outer)[0];
            return [outer ? slope : slope.Detach(), pushed];
        }

        return Run(solver, Slopes, [inputs[0], directions[0]], start, end)[1];
    }
}
