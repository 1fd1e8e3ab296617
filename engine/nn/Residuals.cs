namespace Adjoint;

/// <summary>
/// While training, drops whole samples with the given probability and divides the others by 1 - probability: put on a residual branch, a sample then skips the branch. Huang et al. 2016. The first axis
/// counts samples.
/// </summary>
public sealed class DropPath : Layer
{
    readonly Generator generator;

    /// <summary>Makes the layer.</summary>
    /// <exception cref="SettingException">The rate is not in [0, 1).</exception>
    public DropPath(double rate, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (rate is not (>= 0 and < 1)) throw new SettingException($"DropPath rate = {rate} is outside [0, 1). Choose a value inside.");
        Rate = rate;
        this.generator = generator;
    }

    /// <summary>Probability that a sample is dropped.</summary>
    public double Rate { get; }

    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!Training || Rate == 0 || x.Rank == 0) return x;
        Shape samples = [x.Shape[0], .. Enumerable.Repeat(1, x.Rank - 1)];
        return x * generator.DropMask(samples, Rate, x.DType);
    }
}

/// <summary>One learned factor a column on a residual branch, small at first: Touvron et al. 2021, section 2.</summary>
public sealed class LayerScale : Layer
{
    /// <summary>Makes the layer for a last axis of the given width.</summary>
    /// <exception cref="SettingException">The width is below 1.</exception>
    public LayerScale(int width, double initial = 1e-5)
    {
        Check.AtLeast(width, 1, "LayerScale width");
        Weight = Add("gamma", [width], Initializers.Constant(initial));
    }

    /// <summary>[width]</summary>
    public Parameter Weight { get; }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ShapeException">The last axis does not have the layer's width.</exception>
    public override Tensor Forward(Tensor x)
    {
        RmsNorm.CheckWidth("LayerScale", x, Weight);
        return x * Weight.Value;
    }
}
