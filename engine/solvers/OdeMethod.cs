namespace Adjoint;

/// <summary>
/// An explicit Runge-Kutta rule: k_i = f(t + c_i h, x + h Σ_j a_ij k_j), x' = x + h Σ b_i k_i. Rules with an embedded second estimate control their step.
/// </summary>
/// <param name="Name">Name in settings.</param>
/// <param name="Order">Power of the step in the error over a fixed time.</param>
/// <param name="Nodes">c</param>
/// <param name="Stages">a, a row for each stage, without what is zero behind.</param>
/// <param name="Weights">b</param>
/// <param name="Error">b minus the weights of the embedded estimate; null where there is none.</param>
/// <param name="EndsWithSlope">Whether the last stage is evaluated at the result, so that it is the first of the next step.</param>
public sealed record OdeMethod(string Name, int Order, double[] Nodes, double[][] Stages, double[] Weights, double[]? Error = null, bool EndsWithSlope = false)
{
    /// <summary>Order 1, one evaluation a step.</summary>
    public static OdeMethod Euler { get; } = new("euler", 1, [0], [[]], [1]);

    /// <summary>Order 2, two evaluations: slope in the middle.</summary>
    public static OdeMethod Midpoint { get; } = new("midpoint", 2, [0, 0.5], [[], [0.5]], [0, 1]);

    /// <summary>Order 2, two evaluations: average of the slopes at both ends.</summary>
    public static OdeMethod Heun2 { get; } = new("heun2", 2, [0, 1], [[], [1]], [0.5, 0.5]);

    /// <summary>Order 3, three evaluations: Heun 1900.</summary>
    public static OdeMethod Heun3 { get; } = new("heun3", 3, [0, 1.0 / 3, 2.0 / 3], [[], [1.0 / 3], [0, 2.0 / 3]], [0.25, 0, 0.75]);

    /// <summary>Order 4, four evaluations: the classical rule.</summary>
    public static OdeMethod RungeKutta4 { get; } = new("rk4", 4, [0, 0.5, 0.5, 1], [[], [0.5], [0, 0.5], [0, 0, 1]], [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6]);

    /// <summary>Order 5 with an embedded estimate of order 4, six evaluations: Dormand, Prince 1980.</summary>
    public static OdeMethod DormandPrince5 { get; } = new(
        "dopri5",
        5,
        [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1],
        [
            [],
            [1.0 / 5],
            [3.0 / 40, 9.0 / 40],
            [44.0 / 45, -56.0 / 15, 32.0 / 9],
            [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
            [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
            [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
        ],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0],
        [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40],
        true);

    /// <summary>Order 5 with an embedded estimate of order 4, six evaluations: Tsitouras 2011.</summary>
    public static OdeMethod Tsitouras5 { get; } = new(
        "tsit5",
        5,
        [0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1],
        [
            [],
            [0.161],
            [-0.008480655492356989, 0.335480655492357],
            [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
            [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
            [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
            [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774],
        ],
        [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774, 0],
        [0.00178001105222577714, 0.0008164344596567469, -0.007880878010261995, 0.1447110071732629, -0.5823571654525552, 0.45808210592918697, -1.0 / 66],
        true);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OdeMethod> All { get; } = [Euler, Midpoint, Heun2, Heun3, RungeKutta4, DormandPrince5, Tsitouras5];
}
