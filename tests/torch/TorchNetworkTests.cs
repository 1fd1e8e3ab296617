using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>
/// Ten training steps of three small networks against PyTorch, with the engine's modules and optimisers: the loss of every step and the weights
/// after the last, run op by op and replayed from a plan.
/// </summary>
[TestFixture]
public static class TorchNetworkTests
{
    const int Steps = 10;

    [Test]
    public static void Classifier_with_Adam_follows_torch([Values] bool planned)
    {
        var model = new Mlp([8, 16, 16, 4], Activation.Relu);
        ParameterSet parameters = Load("classifier", model);
        Train("classifier", new Adam(parameters, 1e-2), planned, batch => model.Forward(batch["x"]).CrossEntropy(batch["target"]).Mean());
    }

    [Test]
    public static void Regression_with_layer_norm_clipping_and_AdamW_follows_torch([Values] bool planned)
    {
        var model = new RegressionModel();
        ParameterSet parameters = Load("regression", model);
        var clip = new GradientClip(parameters, 1);
        var optimizer = new AdamW(parameters, 2e-2, weightDecay: 0.1) { Clip = clip };
        Train("regression", optimizer, planned, batch => (model.Forward(batch["x"]) - batch["y"]).Square().Mean());
        Fixture.AssertClose(clip.Norm, Fixture.Networks["regression/norms"][Steps - 1], "norm of the last gradient");
    }

    [Test]
    public static void Mixture_density_with_Nesterov_momentum_follows_torch([Values] bool planned)
    {
        var model = new MixtureModel();
        ParameterSet parameters = Load("mixture", model);
        var optimizer = new Sgd(parameters, 0.05, 0.9, nesterov: true);
        Train("mixture", optimizer, planned, batch => TorchNetworks.MixtureLoss(model.Forward(batch["symbol"]), batch["y"]));
    }

    [Test]
    public static void The_fixture_has_steps_that_are_clipped_and_steps_that_are_not()
    {
        float[] norms = Fixture.Networks["regression/norms"].Read<float>();
        Assert.That(norms, Has.Some.LessThan(1f).And.Some.GreaterThan(1f));
    }

    /// <summary>A parameter set of the model with PyTorch's initial weights, by name.</summary>
    static ParameterSet Load(string network, Module model)
    {
        var parameters = new ParameterSet(model, Key.FromSeed(0));
        parameters.Load(Fixture.Networks.Under($"{network}/initial/"));
        return parameters;
    }

    static void Train(string network, Optimizer optimizer, bool planned, Func<IReadOnlyDictionary<string, Tensor>, Tensor> loss)
    {
        Dictionary<string, Tensor> data = Fixture.Networks.Under($"{network}/data/");
        Dictionary<string, Tensor> batch = data.ToDictionary(static entry => entry.Key, static entry => entry.Value[0].Clone());
        var losses = new double[Steps];
        Plan? plan = null;
        for (int step = 0; step < Steps; step++)
        {
            foreach (var (name, target) in batch) data[name][step].CopyInto(target);
            if (!planned)
            {
                losses[step] = Once().Item();
                continue;
            }

            if (plan is null) plan = Plan.Record(Once);
            else plan.Run();
            losses[step] = plan.Output.Item();
        }

        Fixture.AssertClose(Tensor.From(losses).To(DType.F32), Fixture.Networks[$"{network}/losses"], "loss");
        foreach (var (name, value) in optimizer.Parameters.State)
            Fixture.AssertClose(value, Fixture.Networks[$"{network}/final/{name}"], $"final {name}");

        Tensor Once()
        {
            Tensor value = loss(batch);
            optimizer.Update(value);
            return value;
        }
    }
}
