using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The fused optimisers on the networks of the PyTorch fixture: the loss of each of ten steps, gradient norms, and the weights after the last.</summary>
public sealed class TorchOptimizerTests
{
    const int Steps = 10;

    /// <summary>Parameters of the names and shapes of a fixture.</summary>
    sealed class Weights : Module
    {
        public Weights(Dictionary<string, Tensor> initial)
        {
            foreach (var (name, value) in initial) Add(name, value.Shape, Initializers.Zeros);
        }
    }

    [Test]
    public void Adam_follows_torch_on_a_classifier([Values] bool planned) =>
        Train("classifier", TorchNetworks.Classifier, static set => new Adam(set, 1e-2), planned);

    [Test]
    public void AdamW_with_clipping_follows_torch_on_a_regression([Values] bool planned) =>
        Train("regression", TorchNetworks.Regression, static set => new AdamW(set, 2e-2, weightDecay: 0.1) { Clip = new GradientClip(set, 1) }, planned);

    [Test]
    public void Sgd_with_nesterov_momentum_follows_torch_on_a_mixture([Values] bool planned) =>
        Train("mixture", TorchNetworks.Mixture, static set => new Sgd(set, 0.05, 0.9, nesterov: true), planned);

    static void Train(
        string network,
        Func<IReadOnlyDictionary<string, Tensor>, IReadOnlyDictionary<string, Tensor>, Tensor> loss,
        Func<ParameterSet, Optimizer> make,
        bool planned)
    {
        Dictionary<string, Tensor> initial = Fixture.Networks.Under($"{network}/initial/"), data = Fixture.Networks.Under($"{network}/data/");
        var set = new ParameterSet(new Weights(initial), Key.FromSeed(0));
        set.Load(initial);
        Optimizer optimizer = make(set);
        Dictionary<string, Tensor> weights = set.Parameters.ToDictionary(static parameter => parameter.Name, static parameter => parameter.Value);
        Dictionary<string, Tensor> batch = data.ToDictionary(static entry => entry.Key, static entry => entry.Value[0].Clone());
        Tensor Run()
        {
            Tensor value = loss(weights, batch);
            optimizer.Update(value);
            return value;
        }

        Plan? plan = null;
        var losses = new Tensor[Steps];
        var norms = new Tensor[Steps];
        for (int step = 0; step < Steps; step++)
        {
            foreach (var (name, value) in data) value[step].CopyInto(batch[name]);
            if (!planned) losses[step] = Run().Detach();
            else
            {
                if (plan is null) plan = Plan.Record(Run);
                else plan.Run();
                losses[step] = plan.Output.Clone();
            }

            norms[step] = optimizer.Clip?.Norm.Clone() ?? Tensor.Scalar(0);
        }

        Fixture.AssertClose(TensorMath.Stack(losses, 0), Fixture.Networks[$"{network}/losses"], "loss");
        if (optimizer.Clip is not null) Fixture.AssertClose(TensorMath.Stack(norms, 0), Fixture.Networks[$"{network}/norms"], "gradient norm");
        foreach (var (name, value) in weights) Fixture.AssertClose(value.Detach(), Fixture.Networks[$"{network}/final/{name}"], $"final {name}");
    }
}
