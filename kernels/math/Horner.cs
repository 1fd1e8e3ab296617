using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// Elementary and special functions, each written once for scalars, every vector width and the GPU, in f32 and f64, with the same bits in
/// all of them. Special values follow IEEE 754 and C Annex F; measured errors stand in the folder's README.
/// </summary>
public static partial class Elementary
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // Horner's rule, continued: Horner(p, x, a, b) is (p·x + a)·x + b. Coefficients are listed from the highest power down; long
    // polynomials are chained calls, which keeps each call small enough for the JIT to inline.

    [MethodImpl(Inline)]
    static V Horner<V>(V p, V x, double a) where V : struct, ILane<V> => V.MultiplyAdd(p, x, V.From(a));

    [MethodImpl(Inline)]
    static V Horner<V>(V p, V x, double a, double b) where V : struct, ILane<V> =>
        V.MultiplyAdd(V.MultiplyAdd(p, x, V.From(a)), x, V.From(b));

    [MethodImpl(Inline)]
    static V Horner<V>(V p, V x, double a, double b, double c) where V : struct, ILane<V> =>
        V.MultiplyAdd(V.MultiplyAdd(V.MultiplyAdd(p, x, V.From(a)), x, V.From(b)), x, V.From(c));

    [MethodImpl(Inline)]
    static V Horner<V>(V p, V x, double a, double b, double c, double d) where V : struct, ILane<V> =>
        V.MultiplyAdd(V.MultiplyAdd(V.MultiplyAdd(V.MultiplyAdd(p, x, V.From(a)), x, V.From(b)), x, V.From(c)), x, V.From(d));

    /// <summary>A constant of the formula for f32 lanes and another for f64 lanes.</summary>
    [MethodImpl(Inline)]
    static V Choose<V>(double single, double @double) where V : struct, ILane<V> => V.From(V.IsDouble ? @double : single);
}
