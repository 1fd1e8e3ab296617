namespace Adjoint.Models.DeepIv;

/// <summary>
/// A mixture of K normal laws for a continuous treatment: logits, means and logarithms of deviations, K numbers each. Bishop 1994; Hartford et al. 2017, section 3.1.
/// </summary>
/// <param name="components">K.</param>
sealed class MixtureLaw(int components) : TreatmentLaw
{
    // A component that collapses on a point has an infinite likelihood; e^-7 of the treatment's deviation is far below any noise.
    const double LeastLogScale = -7, LargestLogScale = 7;

    const int NodesOfComponent = 7;

    // Bound of the gradient of a row's loss by each number of its description.
    const double LargestSlope = 1;

    public override int Outputs => 3 * components;

    public override Tensor Loss(Tensor description, Tensor treatment)
    {
        var (logits, means, logScales) = Parts(BoundedGradient.Of(description, LargestSlope / treatment.Count));
        return Losses.MixtureNegativeLogLikelihood(logits, means, logScales, treatment);
    }

    public override Tensor Draw(Tensor description, Generator generator)
    {
        var (logits, means, logScales) = Parts(description);
        Tensor component = generator.Categorical(logits).Unsqueeze(1), noise = generator.Normal([description.Shape[0], 1], description.DType);
        return (means.TakeAlong(1, component) + (logScales.TakeAlong(1, component).Exp() * noise)).Squeeze(1);
    }

    public override Tensor Mean(Tensor description)
    {
        var (logits, means, _) = Parts(description);
        return (logits.Softmax() * means).Sum(1);
    }

    public override bool IsFinite => false;

    // Each component by Gauss and Hermite's rule, exact for polynomials up to degree 13.
    public override (Tensor Values, Tensor Weights) Nodes(Tensor description)
    {
        var (logits, means, logScales) = Parts(description);
        var (nodes, weights) = HermiteRule.Of(NodesOfComponent, description.DType);
        int rows = description.Shape[0], count = components * NodesOfComponent;
        Tensor values = means.Unsqueeze(2) + (logScales.Exp().Unsqueeze(2) * nodes), shares = logits.Softmax().Unsqueeze(2) * weights;
        return (values.Reshape(rows, count).Transpose(), shares.Reshape(rows, count).Transpose());
    }

    // A mixture of mixtures is a mixture of all components; logarithms of shares make logits of different networks comparable.
    public override (TreatmentLaw Law, Tensor Description) Pool(Tensor[] descriptions)
    {
        if (descriptions.Length == 1) return (this, descriptions[0]);
        var parts = Array.ConvertAll(descriptions, Parts);
        Tensor[] all = [.. parts.Select(static part => part.Logits.LogSoftmax()), .. parts.Select(static part => part.Means), .. parts.Select(static part => part.LogScales)];
        return (new MixtureLaw(components * descriptions.Length), TensorMath.Concat(all, 1));
    }

    (Tensor Logits, Tensor Means, Tensor LogScales) Parts(Tensor description) =>
        (description.Slice(1, 0, components), description.Slice(1, components, 2 * components),
            description.Slice(1, 2 * components, 3 * components).Clamp(LeastLogScale, LargestLogScale));
}
