namespace Adjoint.Models.GaussianProcesses;

/// <summary>k + l.</summary>
public sealed class SumKernel : Kernel
{
    readonly Kernel first, second;

    /// <summary>Adds two kernels.</summary>
    public SumKernel(Kernel first, Kernel second) => (this.first, this.second) = (Part("first", first), Part("second", second));

    /// <inheritdoc/>
    public override Tensor Between(Tensor x, Tensor y) => first.Between(x, y) + second.Between(x, y);

    /// <inheritdoc/>
    public override Tensor Gram(Tensor x) => first.Gram(x) + second.Gram(x);

    /// <inheritdoc/>
    public override Tensor Diagonal(Tensor x) => first.Diagonal(x) + second.Diagonal(x);
}

/// <summary>k · l.</summary>
public sealed class ProductKernel : Kernel
{
    readonly Kernel first, second;

    /// <summary>Multiplies two kernels.</summary>
    public ProductKernel(Kernel first, Kernel second) => (this.first, this.second) = (Part("first", first), Part("second", second));

    /// <inheritdoc/>
    public override Tensor Between(Tensor x, Tensor y) => first.Between(x, y) * second.Between(x, y);

    /// <inheritdoc/>
    public override Tensor Gram(Tensor x) => first.Gram(x) * second.Gram(x);

    /// <inheritdoc/>
    public override Tensor Diagonal(Tensor x) => first.Diagonal(x) * second.Diagonal(x);
}
