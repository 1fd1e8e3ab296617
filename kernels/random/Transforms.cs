using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>Spacings of the uniforms that words become.</summary>
static class UnitInterval
{
    public const double Step23 = 1.0 / (1 << 23);
    public const double Step24 = 1.0 / (1 << 24);
    public const double Step31 = 1.0 / (1L << 31);
    public const double Step32 = 1.0 / (1L << 32);
    public const double Step52 = 1.0 / (1L << 52);
    public const double Step53 = 1.0 / (1L << 53);
}

/// <summary>From uniform numbers to other distributions, for every lane and the GPU.</summary>
public static class Transforms
{
    /// <summary>Two independent standard normals. Box and Muller, "A note on the generation of random normal deviates", 1958.</summary>
    /// <param name="u1">Uniform in (0, 1].</param>
    /// <param name="u2">Uniform over one turn, such as [-1/2, 1/2].</param>
    /// <param name="z0">√(-2 ln u1) · cos 2πu2.</param>
    /// <param name="z1">√(-2 ln u1) · sin 2πu2.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BoxMuller<V>(V u1, V u2, out V z0, out V z1) where V : struct, ILane<V>
    {
        // The magnitude, so that a logarithm of one that is rounded to the wrong side of zero is no NaN.
        V radius = V.Sqrt(V.Abs(V.From(-2) * Elementary.Log(u1)));
        V angle = V.From(2 * Math.PI) * u2;
        z0 = radius * Elementary.Cos(angle);
        z1 = radius * Elementary.Sin(angle);
    }

    /// <summary>A standard Gumbel number, -ln(-ln u).</summary>
    /// <param name="u">Uniform in (0, 1), both ends excluded.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gumbel<V>(V u) where V : struct, ILane<V> => -Elementary.Log(-Elementary.Log(u));
}
