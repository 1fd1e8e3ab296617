namespace Adjoint;

/// <summary>Integration in equal steps; works inside plans, since nothing depends on values.</summary>
/// <param name="method">The rule of a step.</param>
/// <param name="steps">Steps between each two times.</param>
public sealed class FixedStep(OdeMethod method, int steps) : OdeSolver
{
    readonly int steps = Check.AtLeast(steps, 1, "Solver steps");

    /// <inheritdoc/>
    protected override Tensor[][] RunTo(SystemField field, Tensor[] x, double[] times)
    {
        var states = new Tensor[times.Length][];
        states[0] = x;
        for (int i = 1; i < times.Length; i++)
        {
            double step = (times[i] - times[i - 1]) / steps;
            for (int j = 0; j < steps; j++) x = OdeStep.Advance(method, field, times[i - 1] + (j * step), step, x, new Tensor[]?[method.Nodes.Length]);
            states[i] = x;
        }

        return states;
    }
}
