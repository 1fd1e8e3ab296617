namespace Adjoint.Models.DeepIv;

/// <summary>How the numbers of the first stage's head describe the law of the treatment, which is standardised. Rows of numbers are called a description.</summary>
abstract class TreatmentLaw
{
    /// <summary>Numbers of a description.</summary>
    public abstract int Outputs { get; }

    /// <summary>Mean negative log-likelihood of treatments [rows] under descriptions [rows, outputs]. The gradient that it sends back is bounded, since points far out have unbounded ones.</summary>
    public abstract Tensor Loss(Tensor description, Tensor treatment);

    /// <summary>One draw for each description [rows, outputs]: [rows].</summary>
    public abstract Tensor Draw(Tensor description, Generator generator);

    /// <summary>The mean of each description: [rows].</summary>
    public abstract Tensor Mean(Tensor description);

    /// <summary>The mean of the laws that several networks describe for the same rows: a law with its description.</summary>
    public abstract (TreatmentLaw Law, Tensor Description) Pool(Tensor[] descriptions);

    /// <summary>Whether <see cref="Nodes"/> are the treatments that there are, so that stage 2 sums over them instead of drawing.</summary>
    public abstract bool IsFinite { get; }

    /// <summary>The law as a sum, by which means over it are taken without noise: treatments and their weights, both [nodes, rows].</summary>
    public abstract (Tensor Values, Tensor Weights) Nodes(Tensor description);
}
