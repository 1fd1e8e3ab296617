namespace Adjoint.Models;

/// <summary>Explicit one-step rules of fixed step size.</summary>
public enum FixedStepRule
{
    /// <summary>Order 1, one evaluation a step.</summary>
    Euler,

    /// <summary>Order 2, two evaluations: average of the slopes at both ends.</summary>
    Heun,

    /// <summary>Order 2, two evaluations: slope in the middle.</summary>
    Midpoint,

    /// <summary>Order 4, four evaluations: the classical Runge-Kutta rule.</summary>
    RungeKutta4,
}

/// <summary>Integration in equal steps.</summary>
public sealed class FixedStep(FixedStepRule rule, int steps) : OdeSolver
{
    readonly int steps = Check.AtLeast(steps, 1, "Solver steps");

    protected override Tensor Run(Field field, Tensor x, double start, double end)
    {
        double h = (end - start) / steps;
        for (int i = 0; i < steps; i++)
        {
            double t = start + (i * h);

            // A field may reuse its result's memory, so slopes that are needed later are copied.
            switch (rule)
            {
                case FixedStepRule.Euler:
                    x += field(t, x) * h;
                    break;
                case FixedStepRule.Midpoint:
                    x += field(t + (h / 2), x + (field(t, x) * (h / 2))) * h;
                    break;
                case FixedStepRule.Heun:
                    Tensor first = field(t, x).Clone();
                    x += (first + field(t + h, x + (first * h))) * (h / 2);
                    break;
                default:
                    Tensor a = field(t, x).Clone();
                    Tensor b = field(t + (h / 2), x + (a * (h / 2))).Clone();
                    Tensor c = field(t + (h / 2), x + (b * (h / 2))).Clone();
                    x += (a + (b * 2) + (c * 2) + field(t + h, x + (c * h))) * (h / 6);
                    break;
            }
        }

        return x;
    }
}
