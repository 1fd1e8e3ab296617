namespace Adjoint;

/// <summary>Layer normalisation over the last axis with a learned scale and shift: Ba, Kiros, Hinton 2016.</summary>
public sealed class LayerNorm : Layer
{
    readonly double epsilon;

    /// <summary>Makes the layer for a last axis of the given width.</summary>
    /// <exception cref="SettingException">The width is below 1, or ε is negative.</exception>
    public LayerNorm(int width, double epsilon = 1e-5)
    {
        Check.AtLeast(width, 1, "LayerNorm width");
        this.epsilon = Check.InRange(epsilon, 0, double.MaxValue, "LayerNorm epsilon");
        Weight = Add("weight", [width], Initializers.Ones);
        Bias = Add("bias", [width], Initializers.Zeros);
    }

    /// <summary>Scale, [width].</summary>
    public Parameter Weight { get; }

    /// <summary>Shift, [width].</summary>
    public Parameter Bias { get; }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The last axis does not have the layer's width.</exception>
    public override Tensor Forward(Tensor x)
    {
        RmsNorm.CheckWidth("LayerNorm", x, Weight);
        return x.LayerNorm(Weight.Value, Bias.Value, epsilon);
    }
}

/// <summary>Division by the root of the mean square over the last axis, with a learned scale: Zhang, Sennrich 2019.</summary>
public sealed class RmsNorm : Layer
{
    readonly double epsilon;

    /// <summary>Makes the layer for a last axis of the given width.</summary>
    /// <exception cref="SettingException">The width is below 1, or ε is negative.</exception>
    public RmsNorm(int width, double epsilon = 1e-5)
    {
        Check.AtLeast(width, 1, "RmsNorm width");
        this.epsilon = Check.InRange(epsilon, 0, double.MaxValue, "RmsNorm epsilon");
        Weight = Add("weight", [width], Initializers.Ones);
    }

    /// <summary>Scale, [width].</summary>
    public Parameter Weight { get; }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The last axis does not have the layer's width.</exception>
    public override Tensor Forward(Tensor x)
    {
        CheckWidth("RmsNorm", x, Weight);
        return x.RmsNorm(Weight.Value, epsilon);
    }

    // Broadcasting would let a width of 1 pass.
    internal static void CheckWidth(string layer, Tensor x, Parameter weight)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank > 0 && x.Shape[-1] == weight.Shape[0]) return;
        throw new ShapeException($"{layer} {weight.Name}: the input {x.Shape} does not end in {weight.Shape[0]}. Reshape it, or make the layer for its size.");
    }
}
