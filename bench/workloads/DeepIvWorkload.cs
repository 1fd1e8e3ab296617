namespace Adjoint.Bench;

/// <summary>
/// deepiv-1 and deepiv-2: a mixture-density first stage 3-128-64-32-(3·10), batch 100, and a response network 3-128-64-32-1 under the two-sample loss whose treatments
/// are drawn from the first stage; ReLU, Adam 1e-3.
/// </summary>
sealed class DeepIvWorkload : Workload
{
    const int Batch = 100, Rows = 20_000, Components = 10;

    readonly bool second;
    readonly Mlp mixture = new([3, 128, 64, 32, 3 * Components], Activation.Relu);
    readonly Mlp response = new([3, 128, 64, 32, 1], Activation.Relu);
    readonly ParameterSet mixtureParameters;
    readonly ParameterSet responseParameters;
    readonly Adam optimizer;
    readonly Tensor features;
    readonly Tensor treatments;
    readonly Tensor outcomes;

    public DeepIvWorkload(bool second, DType type) : base(type)
    {
        this.second = second;
        mixtureParameters = Weights("mixture", mixture);
        responseParameters = Weights("response", response);
        optimizer = new Adam(second ? responseParameters : mixtureParameters, 1e-3);
        features = Data("features", [Rows, 3]);
        treatments = Data("treatments", [Rows, 1]);
        outcomes = Data("outcomes", [Rows, 1]);
    }

    public override IReadOnlyList<ParameterSet> Parameters => [mixtureParameters, responseParameters];

    public override Tensor Step()
    {
        Tensor rows = Generator.Integers([Batch], 0, Rows);
        Tensor x = features.Select(0, rows);
        Tensor loss = second ? TwoSampleLoss(x, outcomes.Select(0, rows)) : MixtureLoss(x, treatments.Select(0, rows));
        optimizer.Update(loss);
        return loss;
    }

    static (Tensor Logits, Tensor Means, Tensor LogDeviations) Split(Tensor output) =>
        (output.Slice(1, 0, Components), output.Slice(1, Components, 2 * Components), output.Slice(1, 2 * Components, 3 * Components));

    Tensor MixtureLoss(Tensor x, Tensor treatment)
    {
        var (logits, means, logDeviations) = Split(mixture.Forward(x));
        Tensor z = (treatment - means) / logDeviations.Exp();
        return -(logits.LogSoftmax() - logDeviations - (0.5 * z * z)).LogSumExp().Mean();
    }

    Tensor TwoSampleLoss(Tensor x, Tensor outcome)
    {
        Tensor context = x.Slice(1, 0, 2);
        Tensor first = response.Forward(TensorMath.Concat([Treatment(x), context], 1)), other = response.Forward(TensorMath.Concat([Treatment(x), context], 1));
        return ((outcome - first) * (outcome - other)).Mean();
    }

    Tensor Treatment(Tensor x)
    {
        using var paused = Autodiff.Pause();
        var (logits, means, logDeviations) = Split(mixture.Forward(x));
        Tensor component = Generator.Categorical(logits.To(DType.F32)).Unsqueeze(1);
        return means.TakeAlong(1, component) + (logDeviations.TakeAlong(1, component).Exp() * Noise([Batch, 1]));
    }
}
