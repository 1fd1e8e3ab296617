namespace Adjoint.Models.DeepIv;

/// <summary>The networks of <see cref="FeatureInstrumentalVariables"/>, each with its own optimiser, and the two ridge regressions on what they give. Xu et al. 2021, section 3 and appendix.</summary>
sealed class FeatureNetworks
{
    readonly Layer treatment;
    readonly Layer instrument;
    readonly Layer? covariate;
    readonly FeatureSettings settings;

    /// <summary>Makes networks for data of the given widths.</summary>
    public FeatureNetworks(int instruments, int covariates, FeatureSettings settings, Key key)
    {
        this.settings = settings;
        treatment = new Sequential(new Linear(1, 16), Activation.Relu, new Linear(16, settings.TreatmentFeatures));
        instrument = new Sequential(
            new Linear(instruments + covariates, 128), Activation.Relu, new Linear(128, 64), Activation.Relu, new BatchNorm(64), new Linear(64, 32), new BatchNorm(32), Activation.Relu);
        TreatmentOptimizer = Optimizer(treatment, key.Split("treatment"));
        InstrumentOptimizer = Optimizer(instrument, key.Split("instrument"));
        if (covariates == 0) return;
        covariate = new Sequential(new Linear(covariates, 128), Activation.Relu, new Linear(128, 32), new BatchNorm(32), Activation.Relu, new Linear(32, 16), Activation.Relu);
        CovariateOptimizer = Optimizer(covariate, key.Split("covariate"));
    }

    /// <summary>Moves φ.</summary>
    public Adam TreatmentOptimizer { get; }

    /// <summary>Moves ψ.</summary>
    public Adam InstrumentOptimizer { get; }

    /// <summary>Moves ξ; null without covariates.</summary>
    public Adam? CovariateOptimizer { get; }

    /// <summary>φ(p) [rows, features] of treatments [rows].</summary>
    public Tensor Treatment(Tensor p) => treatment.Forward(p.Unsqueeze(1));

    /// <summary>(ψ(z, x), 1) [rows, 33] of columns (z, x), with the statistics of these rows in training.</summary>
    public Tensor Instrument(Tensor causes, bool isTraining)
    {
        instrument.Training = isTraining;
        return WithOne(instrument.Forward(causes));
    }

    /// <summary>(ξ(x), 1) [rows, 17]; null without covariates.</summary>
    public Tensor? Covariate(Tensor x, bool isTraining)
    {
        if (covariate is null) return null;
        covariate.Training = isTraining;
        return WithOne(covariate.Forward(x));
    }

    /// <summary>Weights of the first stage, φ on (ψ, 1), and |φ - ψ W|² + λ n |W|².</summary>
    public (Tensor Weights, Tensor Loss) First(Tensor features, Tensor treatments) => Ridge(features, treatments, settings.FirstPenalty);

    /// <summary>Weights of the second stage, y on products of (φ, 1) and (ξ, 1), and the loss likewise.</summary>
    public (Tensor Weights, Tensor Loss) Second(Tensor features, Tensor outcome) => Ridge(features, outcome.Unsqueeze(1), settings.SecondPenalty);

    /// <summary>All products of (φ, 1) and (ξ, 1), [rows, products].</summary>
    public static Tensor Products(Tensor treatments, Tensor? covariates)
    {
        Tensor left = WithOne(treatments);
        return covariates is null ? left : (left.Unsqueeze(2) * covariates.Unsqueeze(1)).Reshape(left.Shape[0], left.Shape[1] * covariates.Shape[1]);
    }

    Adam Optimizer(Module module, Key key) => new(new ParameterSet(module, key), settings.LearningRate);

    static (Tensor Weights, Tensor Loss) Ridge(Tensor features, Tensor targets, double penalty)
    {
        double scaled = penalty * features.Shape[0];
        Tensor weights = features.Ridge(targets, scaled);
        return (weights, (targets - features.MatMul(weights)).Square().Sum() + (weights.Square().Sum() * scaled));
    }

    static Tensor WithOne(Tensor rows) => TensorMath.Concat([rows, Tensor.Ones([1, 1], rows.DType).Expand([rows.Shape[0], 1])], 1);
}
