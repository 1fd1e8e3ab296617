namespace Adjoint.Kernels.Gpu;

/// <summary>Logits with Gumbel noise, as the distribution of the type makes it.</summary>
public interface IGumbel<T> where T : unmanaged
{
    /// <summary>Numbers of a block, 4 or 2.</summary>
    static abstract int PerBlock { get; }

    /// <summary>-∞</summary>
    static abstract T Lowest { get; }

    /// <summary>The logit times a factor.</summary>
    static abstract T Scale(T logit, T factor);

    /// <summary>The logit plus number <paramref name="place"/> of a block.</summary>
    static abstract T AddTo(T logit, PhiloxBlock block, int place);
}

/// <summary>Noise of each type.</summary>
public readonly struct GumbelNoise : IGumbel<float>, IGumbel<double>
{
    static int IGumbel<float>.PerBlock => Gumbel32.PerBlock;

    static int IGumbel<double>.PerBlock => Gumbel64.PerBlock;

    static float IGumbel<float>.Lowest => float.NegativeInfinity;

    static double IGumbel<double>.Lowest => double.NegativeInfinity;

    static float IGumbel<float>.Scale(float logit, float factor) => Float32.Multiply(logit, factor);

    static double IGumbel<double>.Scale(double logit, double factor) => Float64.Multiply(logit, factor);

    static float IGumbel<float>.AddTo(float logit, PhiloxBlock block, int place) =>
        Float32.Add(logit, Gumbel32.Of(PhiloxDraw.Word(block, place)));

    static double IGumbel<double>.AddTo(double logit, PhiloxBlock block, int place) =>
        Float64.Add(logit, Gumbel64.Of(place == 0 ? PhiloxDraw.First(block) : PhiloxDraw.Second(block)));
}
