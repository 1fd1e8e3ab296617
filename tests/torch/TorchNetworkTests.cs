using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>
/// Ten training steps of three small networks against PyTorch, with the engine's modules and optimisers: the loss of every step and the weights
/// after the last, run op by op and replayed from a plan.
/// </summary>
[TestFixture]
public static class TorchNetworkTests
{
    [Test]
    public static void Classifier_with_Adam_follows_torch([Values] bool planned)
    {
        var model = new Mlp([8, 16, 16, 4], Activation.Relu);
        ParameterSet parameters = TorchTraining.Load("classifier", model);
        TorchTraining.Follow("classifier", new Adam(parameters, 1e-2), planned, batch => model.Forward(batch["x"]).CrossEntropy(batch["target"]).Mean());
    }

    [Test]
    public static void Regression_with_layer_norm_clipping_and_AdamW_follows_torch([Values] bool planned)
    {
        var model = new RegressionModel();
        ParameterSet parameters = TorchTraining.Load("regression", model);
        var clip = new GradientClip(parameters, 1);
        var optimizer = new AdamW(parameters, 2e-2, weightDecay: 0.1) { Clip = clip };
        TorchTraining.Follow("regression", optimizer, planned, batch => (model.Forward(batch["x"]) - batch["y"]).Square().Mean());
        Fixture.AssertClose(clip.Norm, Fixture.Networks["regression/norms"][TorchTraining.Steps - 1], "norm of the last gradient");
    }

    [Test]
    public static void Mixture_density_with_Nesterov_momentum_follows_torch([Values] bool planned)
    {
        var model = new MixtureModel();
        ParameterSet parameters = TorchTraining.Load("mixture", model);
        var optimizer = new Sgd(parameters, 0.05, 0.9, nesterov: true);
        TorchTraining.Follow("mixture", optimizer, planned, batch => TorchNetworks.MixtureLoss(model.Forward(batch["symbol"]), batch["y"]));
    }

    [Test]
    public static void The_fixture_has_steps_that_are_clipped_and_steps_that_are_not()
    {
        float[] norms = Fixture.Networks["regression/norms"].Read<float>();
        Assert.That(norms, Has.Some.LessThan(1f).And.Some.GreaterThan(1f));
    }
}
