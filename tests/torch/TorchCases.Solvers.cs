namespace Adjoint.Tests;

static partial class TorchCases
{
    static Dictionary<string, Function> Solvers => new()
    {
        ["ode_rk4"] = x => new FixedStep(OdeMethod.RungeKutta4, 6).Solve((t, y) => Slope(t, y, x), x[0]),
        ["ode_rk4_back"] = x => new FixedStep(OdeMethod.RungeKutta4, 5).Solve((t, y) => Slope(t, y, x), x[0], 1, 0),
        ["divergence"] = x => Divergence.Exact(y => (y.MatMul(x[1]) + x[2]).Tanh().Square(), x[0]).Divergence,
        ["sinkhorn"] = x => Sinkhorn.Solve(x[0], 0.3, 10).Plan,
        ["sinkhorn_batch"] = x => Sinkhorn.Solve(x[0], 0.5, 6).Plan,
        ["per_sample_gradients"] = x => Autodiff.PerSampleGradients(
            p => (x[0].Unsqueeze(1).MatMul(p[0].Transpose()).Squeeze(1) + x[2]).Tanh().Square().Sum(1), 3, x[1])[0],
    };

    static Tensor Slope(double t, Tensor y, Tensor[] x) => (y.MatMul(x[1]) + (x[2] * t)).Tanh();
}
