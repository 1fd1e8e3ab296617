using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>
/// Ten training steps of three small networks against PyTorch, the optimisers written in tensor ops too: a fault that shows here lies in the ops or
/// the tape, one that shows only in <see cref="TorchNetworkTests"/> in modules, optimisers or plans.
/// </summary>
[TestFixture]
public static class TorchHandWrittenTests
{
    const int Steps = 10;

    /// <summary>The loss of one step, from weights and that step's data by their names in the fixture.</summary>
    delegate Tensor Loss(IReadOnlyDictionary<string, Tensor> weight, IReadOnlyDictionary<string, Tensor> data);

    [Test]
    public static void Classifier_with_Adam_follows_torch() => Train("classifier", TorchNetworks.Classifier, new AdamByHand(1e-2, decay: 0));

    [Test]
    public static void Regression_with_layer_norm_clipping_and_AdamW_follows_torch() =>
        Train("regression", TorchNetworks.Regression, new AdamByHand(2e-2, decay: 0.1), clip: 1);

    [Test]
    public static void Mixture_density_with_Nesterov_momentum_follows_torch() =>
        Train("mixture", TorchNetworks.Mixture, new MomentumByHand(0.05, 0.9));

    static void Train(string network, Loss loss, IUpdateByHand update, double clip = double.PositiveInfinity)
    {
        Dictionary<string, Tensor> weights = Fixture.Networks.Under($"{network}/initial/"), data = Fixture.Networks.Under($"{network}/data/");
        string[] names = [.. weights.Keys];
        var losses = new Tensor[Steps];
        var norms = new Tensor[Steps];
        for (int step = 0; step < Steps; step++)
        {
            Tensor[] variables = [.. names.Select(name => weights[name].Variable())];
            Tensor value = loss(names.Zip(variables).ToDictionary(), data.ToDictionary(entry => entry.Key, entry => entry.Value[step]));
            Tensor[] gradients = Autodiff.Gradients(value, variables);
            norms[step] = TensorMath.Stack([.. gradients.Select(static g => g.Square().Sum())], 0).Sum().Sqrt();
            Tensor scale = (clip / (norms[step] + 1e-6)).Minimum(Tensor.Scalar(1));
            for (int i = 0; i < names.Length; i++) weights[names[i]] = update.Apply(step + 1, i, weights[names[i]], gradients[i] * scale);
            losses[step] = value.Detach();
        }

        Fixture.AssertClose(TensorMath.Stack(losses, 0), Fixture.Networks[$"{network}/losses"], "loss");
        if (double.IsFinite(clip)) Fixture.AssertClose(TensorMath.Stack(norms, 0), Fixture.Networks[$"{network}/norms"], "gradient norm");
        foreach (string name in names) Fixture.AssertClose(weights[name], Fixture.Networks[$"{network}/final/{name}"], $"final {name}");
    }

    /// <summary>An optimiser written in tensor ops, with its state kept by the position of the parameter.</summary>
    interface IUpdateByHand
    {
        Tensor Apply(int step, int parameter, Tensor weight, Tensor gradient);
    }

    /// <summary>Adam, with decoupled decay (Loshchilov, Hutter 2019) where there is some.</summary>
    sealed class AdamByHand(double rate, double decay) : IUpdateByHand
    {
        readonly Dictionary<int, (Tensor Mean, Tensor Square)> moments = [];

        public Tensor Apply(int step, int parameter, Tensor weight, Tensor gradient)
        {
            (Tensor mean, Tensor square) = moments.GetValueOrDefault(parameter, (weight.ZerosLike(), weight.ZerosLike()));
            mean = (0.9 * mean) + (0.1 * gradient);
            square = (0.999 * square) + (0.001 * gradient.Square());
            moments[parameter] = (mean, square);
            Tensor root = (square / (1 - Math.Pow(0.999, step))).Sqrt() + 1e-8;
            return (weight * (1 - (rate * decay))) - (rate / (1 - Math.Pow(0.9, step)) * mean / root);
        }
    }

    /// <summary>Gradient descent with Nesterov's momentum as Sutskever et al. 2013 rewrite it.</summary>
    sealed class MomentumByHand(double rate, double momentum) : IUpdateByHand
    {
        readonly Dictionary<int, Tensor> velocities = [];

        public Tensor Apply(int step, int parameter, Tensor weight, Tensor gradient)
        {
            Tensor velocity = velocities.TryGetValue(parameter, out Tensor? previous) ? (momentum * previous) + gradient : gradient;
            velocities[parameter] = velocity;
            return weight - (rate * (gradient + (momentum * velocity)));
        }
    }
}
