namespace Adjoint.Tests;

/// <summary>The losses of tests/fixtures/torch/network_cases.py in tensor ops. Weights and data come by their names in the fixture.</summary>
static class TorchNetworks
{
    public static Tensor Classifier(IReadOnlyDictionary<string, Tensor> weight, IReadOnlyDictionary<string, Tensor> data)
    {
        Tensor x = Linear(data["x"], weight, "layers.0").Relu();
        x = Linear(x, weight, "layers.1").Relu();
        return Linear(x, weight, "layers.2").CrossEntropy(data["target"]).Mean();
    }

    public static Tensor Regression(IReadOnlyDictionary<string, Tensor> weight, IReadOnlyDictionary<string, Tensor> data)
    {
        Tensor x = Linear(data["x"], weight, "first").LayerNorm(weight["norm.weight"], weight["norm.bias"]).Gelu();
        return (Linear(x, weight, "second") - data["y"]).Square().Mean();
    }

    public static Tensor Mixture(IReadOnlyDictionary<string, Tensor> weight, IReadOnlyDictionary<string, Tensor> data)
    {
        Tensor hidden = Linear(weight["embedding.weight"].Select(0, data["symbol"]), weight, "hidden").Tanh();
        return MixtureLoss(Linear(hidden, weight, "heads"), data["y"]);
    }

    /// <summary>Mean of -log Σ w N(y; mean, deviation) for rows of three logits, three means and three spreads. Bishop 1994.</summary>
    public static Tensor MixtureLoss(Tensor heads, Tensor y)
    {
        Tensor logits = heads.Slice(1, 0, 3), mean = heads.Slice(1, 3, 6), deviation = heads.Slice(1, 6, 9).Softplus() + 1e-3;
        Tensor z = (y.Unsqueeze(1) - mean) / deviation;
        Tensor density = logits.LogSoftmax() - (0.5 * z * z) - deviation.Log() - (0.5 * Math.Log(2 * Math.PI));
        return -density.LogSumExp().Mean();
    }

    static Tensor Linear(Tensor x, IReadOnlyDictionary<string, Tensor> weight, string layer) =>
        x.MatMul(weight[$"{layer}.weight"].Transpose()) + weight[$"{layer}.bias"];
}
