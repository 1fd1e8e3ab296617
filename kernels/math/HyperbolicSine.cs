using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

public static partial class Elementary
{
    /// <summary>Hyperbolic sine, with full relative accuracy around zero and no overflow before that of the result.</summary>
    [MethodImpl(Inline)]
    public static V Sinh<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x), limit = Choose<V>(10, 20);
        V e = Expm1(V.Lesser(limit, a));
        V near = V.From(0.5) * (e + (e / (e + V.From(1))));
        return V.CopySign(V.IfLess(limit, a, HalfOfExp(a), near), x);
    }

    /// <summary>Hyperbolic cosine, without overflow before that of the result.</summary>
    [MethodImpl(Inline)]
    public static V Cosh<V>(V x) where V : struct, ILane<V>
    {
        V a = V.Abs(x), limit = Choose<V>(10, 20), half = V.From(0.5);
        V e = Exp(V.Lesser(limit, a));
        return V.IfLess(limit, a, HalfOfExp(a), V.MultiplyAdd(half, e, half / e));
    }

    /// <summary>e^a/2 by two factors, since e^a overflows before its half.</summary>
    [MethodImpl(Inline)]
    static V HalfOfExp<V>(V a) where V : struct, ILane<V>
    {
        V root = Exp(V.From(0.5) * a);
        return (V.From(0.5) * root) * root;
    }
}
