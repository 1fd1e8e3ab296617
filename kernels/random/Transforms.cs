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
    /// <summary>
    /// Two independent standard normals. Box and Muller, "A note on the generation of random normal deviates", 1958. Sine and cosine are those of half the
    /// angle, which a polynomial reaches without a reduction by quadrants, and are doubled.
    /// </summary>
    /// <param name="u1">Uniform in (0, 1], not below 2^-53.</param>
    /// <param name="u2">Uniform over one turn, [-1/2, 1/2].</param>
    /// <param name="z0">√(-2 ln u1) · cos 2πu2.</param>
    /// <param name="z1">√(-2 ln u1) · sin 2πu2.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BoxMuller<V>(V u1, V u2, out V z0, out V z1) where V : struct, ILane<V>
    {
        V radius = V.Sqrt(V.From(-2) * Elementary.LogOfNormal(u1));
        HalfAngle(u2, out V sin, out V cos);
        V twice = radius * (sin + sin);
        z0 = V.MultiplyAdd(-twice, sin, radius);
        z1 = twice * cos;
    }

    /// <summary>
    /// sin πx and cos πx for |x| up to 1/2, as x·P(x²) and 1 + x²·Q(x²): minimax fits by the Remez exchange, to 5e-9 of the sine and 2e-10 (f32), 3e-19 and
    /// 4e-18 (f64).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void HalfAngle<V>(V x, out V sin, out V cos) where V : struct, ILane<V>
    {
        V z = x * x, p, q;
        if (V.IsDouble)
        {
            p = Then(V.From(7.69472701871787061e-7), z, -0.0000219031853921218874, 0.000466299688763479284);
            p = Then(p, z, -0.007370430478761166, 0.0821458865698926082);
            p = Then(p, z, -0.599264529318738232, 2.55016403987729394);
            p = Then(p, z, -5.16771278004996953, 3.14159265358979324);
            q = Then(V.From(4.15075037233950137e-6), z, -0.000104567807533309736, 0.00192955681795541163);
            q = Then(q, z, -0.0258068888626902891, 0.235330630145988011);
            q = Then(q, z, -1.3352627688446645, 4.05871212641654443);
            q = V.MultiplyAdd(q, z, V.From(-4.93480220054467758));
        }
        else
        {
            p = Then(V.From(0.0775603861210507261), z, -0.598242125955277954, 2.55006972625766431);
            p = Then(p, z, -5.16770968479516971, 3.14159263689542144);
            q = Then(V.From(-0.0244207007769650022), z, 0.234953926131327919, -1.33521610496854485);
            q = Then(q, z, 4.05870959976719308, -4.93480215608791135);
        }

        sin = x * p;
        cos = V.MultiplyAdd(z, q, V.From(1));
    }

    /// <summary>Two steps of Horner's rule: (p·z + a)·z + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Then<V>(V p, V z, double a, double b) where V : struct, ILane<V> => V.MultiplyAdd(V.MultiplyAdd(p, z, V.From(a)), z, V.From(b));
}
