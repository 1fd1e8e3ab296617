using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// The passes of a transform of mixed radix in Stockham's order, over tiles: rows of V.Count real parts followed by as many imaginary parts, one lane a line. A pass takes the rows
/// [before, factor, after] of one buffer to [factor, before, after] of the other, times its turns. Limit: the second-level cache between passes, else arithmetic.
/// </summary>
static unsafe class FourierPasses<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged
{
    /// <summary>One pass.</summary>
    /// <param name="x">Rows to read.</param>
    /// <param name="y">Rows to write.</param>
    /// <param name="factor">The pass's factor.</param>
    /// <param name="before">Product of the factors of earlier passes.</param>
    /// <param name="after">Product of those of later passes.</param>
    /// <param name="turns">As <see cref="FourierPlan{T}.Turns"/>.</param>
    /// <param name="swapsIn">Whether real and imaginary parts are exchanged when read: that makes the transform an inverse one, with the same when written.</param>
    /// <param name="swapsOut">Whether they are when written.</param>
    public static void Run(T* x, T* y, int factor, int before, int after, T* turns, bool swapsIn, bool swapsOut)
    {
        nint inRe = swapsIn ? V.Count : 0, inIm = V.Count - inRe, outRe = swapsOut ? V.Count : 0, outIm = V.Count - outRe;
        switch (factor)
        {
            case 2: Two(x + inRe, x + inIm, y + outRe, y + outIm, before, after, turns); break;
            case 3: Three(x + inRe, x + inIm, y + outRe, y + outIm, before, after, turns); break;
            case 4 when before == 1: Four<NoTurns>(x + inRe, x + inIm, y + outRe, y + outIm, before, after, turns); break;
            case 4: Four<AllTurns>(x + inRe, x + inIm, y + outRe, y + outIm, before, after, turns); break;
            case 5: Five(x + inRe, x + inIm, y + outRe, y + outIm, before, after, turns); break;
            case 8 when before == 1: Eight<NoTurns>(x + inRe, x + inIm, y + outRe, y + outIm, before, after, turns); break;
            case 8: Eight<AllTurns>(x + inRe, x + inIm, y + outRe, y + outIm, before, after, turns); break;
            default: OddPass<V, T>.Run(x + inRe, x + inIm, y + outRe, y + outIm, factor, before, after, turns); break;
        }
    }

    interface ITurns
    {
        static abstract bool Any { get; }
    }

    readonly struct NoTurns : ITurns
    {
        public static bool Any => false;
    }

    readonly struct AllTurns : ITurns
    {
        public static bool Any => true;
    }

    static int Row => 2 * V.Count;

    // (re + i·im) times a turn.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Turn(ref V re, ref V im, T* turn)
    {
        V cos = V.Repeat(turn[0]), sin = V.Repeat(turn[1]);
        V real = V.MultiplyAdd(re, cos, -(im * sin));
        im = V.MultiplyAdd(re, sin, im * cos);
        re = real;
    }

    static void Two(T* xRe, T* xIm, T* yRe, T* yIm, int before, int after, T* turns)
    {
        nint step = (nint)after * Row, far = before * step;
        for (int k = 0; k < before; k++, turns += 2)
        {
            nint from = 2 * k * step, to = k * step;
            for (nint end = to + step; to < end; from += Row, to += Row)
            {
                V aRe = V.Load(ref xRe[from]), aIm = V.Load(ref xIm[from]), bRe = V.Load(ref xRe[from + step]), bIm = V.Load(ref xIm[from + step]);
                Turn(ref bRe, ref bIm, turns);
                V.Store(aRe + bRe, ref yRe[to]);
                V.Store(aIm + bIm, ref yIm[to]);
                V.Store(aRe - bRe, ref yRe[to + far]);
                V.Store(aIm - bIm, ref yIm[to + far]);
            }
        }
    }

    static void Three(T* xRe, T* xIm, T* yRe, T* yIm, int before, int after, T* turns)
    {
        nint step = (nint)after * Row, far = before * step;
        V half = V.From(-0.5), height = V.From(0.8660254037844386);
        for (int k = 0; k < before; k++, turns += 4)
        {
            nint from = 3 * k * step, to = k * step;
            for (nint end = to + step; to < end; from += Row, to += Row)
            {
                V aRe = V.Load(ref xRe[from]), aIm = V.Load(ref xIm[from]), bRe = V.Load(ref xRe[from + step]), bIm = V.Load(ref xIm[from + step]);
                V cRe = V.Load(ref xRe[from + (2 * step)]), cIm = V.Load(ref xIm[from + (2 * step)]);
                Turn(ref bRe, ref bIm, turns);
                Turn(ref cRe, ref cIm, turns + 2);
                V sumRe = bRe + cRe, sumIm = bIm + cIm, restRe = (bRe - cRe) * height, restIm = (bIm - cIm) * height;
                V.Store(aRe + sumRe, ref yRe[to]);
                V.Store(aIm + sumIm, ref yIm[to]);
                aRe = V.MultiplyAdd(sumRe, half, aRe);
                aIm = V.MultiplyAdd(sumIm, half, aIm);
                V.Store(aRe + restIm, ref yRe[to + far]);
                V.Store(aIm - restRe, ref yIm[to + far]);
                V.Store(aRe - restIm, ref yRe[to + (2 * far)]);
                V.Store(aIm + restRe, ref yIm[to + (2 * far)]);
            }
        }
    }

    static void Four<TTurns>(T* xRe, T* xIm, T* yRe, T* yIm, int before, int after, T* turns) where TTurns : struct, ITurns
    {
        nint step = (nint)after * Row, far = before * step;
        for (int k = 0; k < before; k++, turns += 6)
        {
            nint from = 4 * k * step, to = k * step;
            for (nint end = to + step; to < end; from += Row, to += Row)
            {
                V aRe = V.Load(ref xRe[from]), aIm = V.Load(ref xIm[from]), bRe = V.Load(ref xRe[from + step]), bIm = V.Load(ref xIm[from + step]);
                V cRe = V.Load(ref xRe[from + (2 * step)]), cIm = V.Load(ref xIm[from + (2 * step)]);
                V dRe = V.Load(ref xRe[from + (3 * step)]), dIm = V.Load(ref xIm[from + (3 * step)]);
                if (TTurns.Any)
                {
                    Turn(ref bRe, ref bIm, turns);
                    Turn(ref cRe, ref cIm, turns + 2);
                    Turn(ref dRe, ref dIm, turns + 4);
                }

                V pRe = aRe + cRe, pIm = aIm + cIm, qRe = aRe - cRe, qIm = aIm - cIm;
                V rRe = bRe + dRe, rIm = bIm + dIm, sRe = bRe - dRe, sIm = bIm - dIm;
                V.Store(pRe + rRe, ref yRe[to]);
                V.Store(pIm + rIm, ref yIm[to]);
                V.Store(qRe + sIm, ref yRe[to + far]);
                V.Store(qIm - sRe, ref yIm[to + far]);
                V.Store(pRe - rRe, ref yRe[to + (2 * far)]);
                V.Store(pIm - rIm, ref yIm[to + (2 * far)]);
                V.Store(qRe - sIm, ref yRe[to + (3 * far)]);
                V.Store(qIm + sRe, ref yIm[to + (3 * far)]);
            }
        }
    }

    static void Five(T* xRe, T* xIm, T* yRe, T* yIm, int before, int after, T* turns)
    {
        nint step = (nint)after * Row, far = before * step;
        V cosOne = V.From(0.30901699437494745), cosTwo = V.From(-0.8090169943749475), sinOne = V.From(0.9510565162951535), sinTwo = V.From(0.5877852522924731);
        for (int k = 0; k < before; k++, turns += 8)
        {
            nint from = 5 * k * step, to = k * step;
            for (nint end = to + step; to < end; from += Row, to += Row)
            {
                V aRe = V.Load(ref xRe[from]), aIm = V.Load(ref xIm[from]), bRe = V.Load(ref xRe[from + step]), bIm = V.Load(ref xIm[from + step]);
                V cRe = V.Load(ref xRe[from + (2 * step)]), cIm = V.Load(ref xIm[from + (2 * step)]);
                V dRe = V.Load(ref xRe[from + (3 * step)]), dIm = V.Load(ref xIm[from + (3 * step)]);
                V eRe = V.Load(ref xRe[from + (4 * step)]), eIm = V.Load(ref xIm[from + (4 * step)]);
                Turn(ref bRe, ref bIm, turns);
                Turn(ref cRe, ref cIm, turns + 2);
                Turn(ref dRe, ref dIm, turns + 4);
                Turn(ref eRe, ref eIm, turns + 6);
                V pRe = bRe + eRe, pIm = bIm + eIm, qRe = bRe - eRe, qIm = bIm - eIm;
                V rRe = cRe + dRe, rIm = cIm + dIm, sRe = cRe - dRe, sIm = cIm - dIm;
                V.Store(aRe + (pRe + rRe), ref yRe[to]);
                V.Store(aIm + (pIm + rIm), ref yIm[to]);
                V evenRe = V.MultiplyAdd(cosTwo, rRe, V.MultiplyAdd(cosOne, pRe, aRe)), evenIm = V.MultiplyAdd(cosTwo, rIm, V.MultiplyAdd(cosOne, pIm, aIm));
                V oddRe = V.MultiplyAdd(sinTwo, sRe, sinOne * qRe), oddIm = V.MultiplyAdd(sinTwo, sIm, sinOne * qIm);
                V.Store(evenRe + oddIm, ref yRe[to + far]);
                V.Store(evenIm - oddRe, ref yIm[to + far]);
                V.Store(evenRe - oddIm, ref yRe[to + (4 * far)]);
                V.Store(evenIm + oddRe, ref yIm[to + (4 * far)]);
                evenRe = V.MultiplyAdd(cosOne, rRe, V.MultiplyAdd(cosTwo, pRe, aRe));
                evenIm = V.MultiplyAdd(cosOne, rIm, V.MultiplyAdd(cosTwo, pIm, aIm));
                oddRe = V.MultiplyAdd(sinTwo, qRe, -(sinOne * sRe));
                oddIm = V.MultiplyAdd(sinTwo, qIm, -(sinOne * sIm));
                V.Store(evenRe + oddIm, ref yRe[to + (2 * far)]);
                V.Store(evenIm - oddRe, ref yIm[to + (2 * far)]);
                V.Store(evenRe - oddIm, ref yRe[to + (3 * far)]);
                V.Store(evenIm + oddRe, ref yIm[to + (3 * far)]);
            }
        }
    }

    // Two fours, the odd one turned by eighths.
    static void Eight<TTurns>(T* xRe, T* xIm, T* yRe, T* yIm, int before, int after, T* turns) where TTurns : struct, ITurns
    {
        nint step = (nint)after * Row, far = before * step;
        V root = V.From(0.7071067811865476);
        for (int k = 0; k < before; k++, turns += 14)
        {
            nint from = 8 * k * step, to = k * step;
            for (nint end = to + step; to < end; from += Row, to += Row)
            {
                V aRe = V.Load(ref xRe[from]), aIm = V.Load(ref xIm[from]), bRe = V.Load(ref xRe[from + step]), bIm = V.Load(ref xIm[from + step]);
                V cRe = V.Load(ref xRe[from + (2 * step)]), cIm = V.Load(ref xIm[from + (2 * step)]);
                V dRe = V.Load(ref xRe[from + (3 * step)]), dIm = V.Load(ref xIm[from + (3 * step)]);
                V eRe = V.Load(ref xRe[from + (4 * step)]), eIm = V.Load(ref xIm[from + (4 * step)]);
                V fRe = V.Load(ref xRe[from + (5 * step)]), fIm = V.Load(ref xIm[from + (5 * step)]);
                V gRe = V.Load(ref xRe[from + (6 * step)]), gIm = V.Load(ref xIm[from + (6 * step)]);
                V hRe = V.Load(ref xRe[from + (7 * step)]), hIm = V.Load(ref xIm[from + (7 * step)]);
                if (TTurns.Any)
                {
                    Turn(ref bRe, ref bIm, turns);
                    Turn(ref cRe, ref cIm, turns + 2);
                    Turn(ref dRe, ref dIm, turns + 4);
                    Turn(ref eRe, ref eIm, turns + 6);
                    Turn(ref fRe, ref fIm, turns + 8);
                    Turn(ref gRe, ref gIm, turns + 10);
                    Turn(ref hRe, ref hIm, turns + 12);
                }

                V pRe = aRe + eRe, pIm = aIm + eIm, qRe = aRe - eRe, qIm = aIm - eIm, rRe = cRe + gRe, rIm = cIm + gIm, sRe = cRe - gRe, sIm = cIm - gIm;
                aRe = pRe + rRe;
                aIm = pIm + rIm;
                cRe = qRe + sIm;
                cIm = qIm - sRe;
                eRe = pRe - rRe;
                eIm = pIm - rIm;
                gRe = qRe - sIm;
                gIm = qIm + sRe;
                pRe = bRe + fRe;
                pIm = bIm + fIm;
                qRe = bRe - fRe;
                qIm = bIm - fIm;
                rRe = dRe + hRe;
                rIm = dIm + hIm;
                sRe = dRe - hRe;
                sIm = dIm - hIm;
                bRe = pRe + rRe;
                bIm = pIm + rIm;
                fRe = pRe - rRe;
                fIm = pIm - rIm;
                V.Store(aRe + bRe, ref yRe[to]);
                V.Store(aIm + bIm, ref yIm[to]);
                V.Store(aRe - bRe, ref yRe[to + (4 * far)]);
                V.Store(aIm - bIm, ref yIm[to + (4 * far)]);
                V.Store(eRe + fIm, ref yRe[to + (2 * far)]);
                V.Store(eIm - fRe, ref yIm[to + (2 * far)]);
                V.Store(eRe - fIm, ref yRe[to + (6 * far)]);
                V.Store(eIm + fRe, ref yIm[to + (6 * far)]);
                dRe = qRe + sIm;
                dIm = qIm - sRe;
                hRe = qRe - sIm;
                hIm = qIm + sRe;
                bRe = (dRe + dIm) * root;
                bIm = (dIm - dRe) * root;
                fRe = (hIm - hRe) * root;
                fIm = (hRe + hIm) * -root;
                V.Store(cRe + bRe, ref yRe[to + far]);
                V.Store(cIm + bIm, ref yIm[to + far]);
                V.Store(cRe - bRe, ref yRe[to + (5 * far)]);
                V.Store(cIm - bIm, ref yIm[to + (5 * far)]);
                V.Store(gRe + fRe, ref yRe[to + (3 * far)]);
                V.Store(gIm + fIm, ref yIm[to + (3 * far)]);
                V.Store(gRe - fRe, ref yRe[to + (7 * far)]);
                V.Store(gIm - fIm, ref yIm[to + (7 * far)]);
            }
        }
    }
}
