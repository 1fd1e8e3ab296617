namespace Adjoint;

/// <summary>
/// While training, sets each number to 0 with the given probability and divides the others by 1 - probability, so that means stay; else the identity.
/// Srivastava et al. 2014. The masks come from a generator whose state is a tensor, so a replayed step draws new ones.
/// </summary>
public sealed class Dropout : Layer
{
    readonly Generator generator;

    /// <summary>Makes the layer.</summary>
    /// <exception cref="SettingException">The rate is not in [0, 1).</exception>
    public Dropout(double rate, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (rate is not (>= 0 and < 1)) throw new SettingException($"Dropout rate = {rate} is outside [0, 1). Choose a value inside.");
        Rate = rate;
        this.generator = generator;
    }

    /// <summary>Probability of 0.</summary>
    public double Rate { get; }

    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!Training || Rate == 0) return x;
        return x * generator.DropMask(x.Shape, Rate, x.DType);
    }
}
