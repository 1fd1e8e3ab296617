namespace Adjoint.Models.DeepIv;

/// <summary>A treatment of a few values: a logit for each. The integral of stage 2 is then a sum. Hartford et al. 2017, section 3.1.</summary>
/// <param name="values">The values that the treatment takes, standardised, in rising order: f32 [values].</param>
sealed class CategoricalLaw(Tensor values) : TreatmentLaw
{
    public override int Outputs => values.Count;

    public override Tensor Loss(Tensor description, Tensor treatment) =>
        Losses.CrossEntropy(description, (treatment.Unsqueeze(1) - values).Square().ArgMin(1));

    public override Tensor Draw(Tensor description, Generator generator) => values.Select(0, generator.Categorical(description));

    public override Tensor Mean(Tensor description) => (description.Softmax() * values).Sum(1);

    public override (TreatmentLaw Law, Tensor Description) Pool(Tensor[] descriptions) =>
        (this, TensorMath.Stack(Array.ConvertAll(descriptions, static one => one.LogSoftmax()), 0).LogSumExp(0));

    public override bool IsFinite => true;

    public override (Tensor Values, Tensor Weights) Nodes(Tensor description) =>
        (values.Unsqueeze(1).Expand([values.Count, description.Shape[0]]), description.Softmax().Transpose());
}
