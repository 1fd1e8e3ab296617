using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Ten training steps through an ODE, and of an ensemble, against PyTorch: losses of every step and the weights after the last, eager and planned.</summary>
[TestFixture]
public static class TorchSolverNetworkTests
{
    [Test]
    public static void A_neural_ode_with_Adam_follows_torch([Values] bool planned)
    {
        var model = new Mlp([2, 8, 2], Activation.Tanh);
        var solver = new FixedStep(OdeMethod.RungeKutta4, 4);
        Train("neural_ode", model, planned, batch => (solver.Solve((_, x) => model.Forward(x), batch["x"]) - batch["y"]).Square().Mean());
    }

    [Test]
    public static void An_ensemble_with_Adam_follows_single_networks_of_torch([Values] bool planned)
    {
        var model = new Ensemble<Mlp>(3, static () => new Mlp([3, 6, 2], Activation.Tanh));
        Train("ensemble", model, planned, batch => (model.Forward(batch["x"]) - batch["y"]).Square().Mean([1, 2]).Sum());
    }

    static void Train(string network, Module model, bool planned, Func<Dictionary<string, Tensor>, Tensor> loss) =>
        TorchTraining.Follow(network, new Adam(TorchTraining.Load(network, model), 1e-2), planned, loss);
}
