namespace Adjoint;

/// <summary>
/// A linear layer whose weight is divided by an estimate of its largest singular value σ, so that the map is close to 1-Lipschitz: Miyato et al. 2018. The left vector of σ is a buffer that each
/// forward pass while training moves by power iteration, in recorded steps as well; the derivative treats both vectors as constants, dσ = uᵀ·dW·v.
/// </summary>
public sealed class SpectralLinear : Layer
{
    readonly int iterations;
    readonly double epsilon;

    /// <summary>Makes the layer; first values are those of <see cref="Linear"/>.</summary>
    /// <param name="inputs">Size of the last axis of the input.</param>
    /// <param name="outputs">Size of the last axis of the result.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="iterations">Power iterations a forward pass.</param>
    /// <param name="epsilon">Least norm by which a vector is divided.</param>
    /// <exception cref="SettingException">A size or the number of iterations is below 1, or ε is not positive.</exception>
    public SpectralLinear(int inputs, int outputs, bool bias = true, int iterations = 1, double epsilon = 1e-12)
    {
        Inputs = Check.AtLeast(inputs, 1, "SpectralLinear inputs");
        Outputs = Check.AtLeast(outputs, 1, "SpectralLinear outputs");
        this.iterations = Check.AtLeast(iterations, 1, "SpectralLinear iterations");
        this.epsilon = Check.InRange(epsilon, double.Epsilon, 1, "SpectralLinear epsilon");
        Weight = Add("weight", [outputs, inputs], Initializers.LinearDefault);
        if (bias) Bias = Add("bias", [outputs], Initializers.Uniform(1 / Math.Sqrt(inputs)));
        Left = AddBuffer("weight_u", [outputs, 1], 1 / Math.Sqrt(outputs));
    }

    /// <summary>Size of the last axis of the input.</summary>
    public int Inputs { get; }

    /// <summary>Size of the last axis of the result.</summary>
    public int Outputs { get; }

    /// <summary>The weight before it is divided, [out, in].</summary>
    public Parameter Weight { get; }

    /// <summary>[out]; null without bias.</summary>
    public Parameter? Bias { get; }

    /// <summary>Estimate of the left singular vector of σ, [out, 1].</summary>
    public ModuleBuffer Left { get; }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The last axis is not of size <see cref="Inputs"/>.</exception>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 0 || x.Shape[-1] != Inputs)
            throw new ShapeException($"SpectralLinear {Weight.Name}: the input {x.Shape} does not end in {Inputs}. Reshape it, or make the layer for its size.");
        Tensor weight = Weight.Value, constant = weight.Detach(), left = Left.Value.Detach(), right = Unit(constant.Transpose().MatMul(left));
        for (int i = 0; Training && i < iterations; i++)
        {
            left = Unit(constant.MatMul(right));
            right = Unit(constant.Transpose().MatMul(left));
        }

        if (Training) left.CopyInto(Left.Value);
        Tensor sigma = left.Transpose().MatMul(weight.MatMul(right));
        Tensor y = x.MatMul((weight / sigma).Transpose());
        return Bias is null ? y : y + Bias.Value;
    }

    Tensor Unit(Tensor vector) => vector / vector.Square().Sum([0, 1], keepAxes: true).Sqrt().Maximum(Tensor.Scalar(epsilon, vector.DType, vector.Device));
}
