using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Ten training steps through an ODE, and of an ensemble, against PyTorch: losses of every step and the weights after the last, eager and planned.</summary>
[TestFixture]
public static class TorchSolverNetworkTests
{
    const int Steps = 10;

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

    static void Train(string network, Module model, bool planned, Func<IReadOnlyDictionary<string, Tensor>, Tensor> loss)
    {
        var parameters = new ParameterSet(model, Key.FromSeed(0));
        parameters.Load(Fixture.Networks.Under($"{network}/initial/"));
        var optimizer = new Adam(parameters, 1e-2);
        Dictionary<string, Tensor> data = Fixture.Networks.Under($"{network}/data/");
        Dictionary<string, Tensor> batch = data.ToDictionary(static entry => entry.Key, static entry => entry.Value[0].Clone());
        var losses = new double[Steps];
        Plan? plan = null;
        for (int step = 0; step < Steps; step++)
        {
            foreach (var (name, target) in batch) data[name][step].CopyInto(target);
            if (!planned) losses[step] = Once().Item();
            else
            {
                if (plan is null) plan = Plan.Record(Once);
                else plan.Run();
                losses[step] = plan.Output.Item();
            }
        }

        Fixture.AssertClose(Tensor.From(losses).To(DType.F32), Fixture.Networks[$"{network}/losses"], "loss");
        foreach (var (name, value) in parameters.State) Fixture.AssertClose(value, Fixture.Networks[$"{network}/final/{name}"], $"final {name}");

        Tensor Once()
        {
            Tensor value = loss(batch);
            optimizer.Update(value);
            return value;
        }
    }
}
