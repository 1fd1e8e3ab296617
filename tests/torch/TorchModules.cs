namespace Adjoint.Tests;

/// <summary>The regression network of tests/fixtures/torch/network_cases.py as a module: 6-12-2 with layer norm and exact GELU.</summary>
sealed class RegressionModel : Layer
{
    readonly Linear first;
    readonly LayerNorm norm;
    readonly Linear second;

    public RegressionModel()
    {
        first = Child("first", new Linear(6, 12));
        norm = Child("norm", new LayerNorm(12));
        second = Child("second", new Linear(12, 2));
    }

    public override Tensor Forward(Tensor x) => second.Forward(norm.Forward(first.Forward(x)).Gelu());
}

/// <summary>The mixture density network of the same file: symbols to three logits, three means and three spreads.</summary>
sealed class MixtureModel : Layer
{
    readonly Embedding embedding;
    readonly Linear hidden;
    readonly Linear heads;

    public MixtureModel()
    {
        embedding = Child("embedding", new Embedding(5, 4));
        hidden = Child("hidden", new Linear(4, 8));
        heads = Child("heads", new Linear(8, 9));
    }

    public override Tensor Forward(Tensor x) => heads.Forward(hidden.Forward(embedding.Forward(x)).Tanh());
}
