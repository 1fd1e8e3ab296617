namespace Adjoint.Kernels;

/// <summary>
/// A pass of any odd factor p: rows q and p - q become a sum and a difference, of which each pair of results takes cosines and sines. Half the products of the plain sum; p²/2 in all, so
/// for small primes only.
/// </summary>
static unsafe class OddPass<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged
{
    /// <summary>As the passes of <see cref="FourierPasses{V, T}"/>; behind the turns lie cos and -sin of 2πj/p.</summary>
    public static void Run(T* xRe, T* xIm, T* yRe, T* yIm, int factor, int before, int after, T* turns)
    {
        int row = 2 * V.Count, half = factor / 2;
        nint step = (nint)after * row, far = before * step;
        T* sums = stackalloc T[2 * row * half], circle = turns + (2L * (factor - 1) * before);
        for (int k = 0; k < before; k++, turns += 2 * (factor - 1))
        {
            nint from = factor * k * step, to = k * step;
            for (nint end = to + step; to < end; from += row, to += row)
            {
                V aRe = V.Load(ref xRe[from]), aIm = V.Load(ref xIm[from]), totalRe = aRe, totalIm = aIm;
                for (int q = 1; q <= half; q++)
                {
                    nint first = from + (q * step), second = from + ((factor - q) * step);
                    V bRe = V.Load(ref xRe[first]), bIm = V.Load(ref xIm[first]), cRe = V.Load(ref xRe[second]), cIm = V.Load(ref xIm[second]);
                    FourierPasses<V, T>.Turn(ref bRe, ref bIm, turns + (2 * (q - 1)));
                    FourierPasses<V, T>.Turn(ref cRe, ref cIm, turns + (2 * (factor - q - 1)));
                    T* target = sums + (2 * row * (q - 1));
                    V sumRe = bRe + cRe, sumIm = bIm + cIm;
                    V.Store(sumRe, ref target[0]);
                    V.Store(sumIm, ref target[V.Count]);
                    V.Store(bRe - cRe, ref target[row]);
                    V.Store(bIm - cIm, ref target[row + V.Count]);
                    totalRe += sumRe;
                    totalIm += sumIm;
                }

                V.Store(totalRe, ref yRe[to]);
                V.Store(totalIm, ref yIm[to]);
                for (int j = 1; j <= half; j++)
                {
                    V evenRe = aRe, evenIm = aIm, oddRe = V.From(0), oddIm = oddRe;
                    T* source = sums;
                    for (int q = 0, place = j; q < half; q++, source += 2 * row)
                    {
                        V cos = V.Repeat(circle[2 * place]), sin = V.Repeat(circle[(2 * place) + 1]);
                        evenRe = V.MultiplyAdd(cos, V.Load(ref source[0]), evenRe);
                        evenIm = V.MultiplyAdd(cos, V.Load(ref source[V.Count]), evenIm);
                        oddRe = V.MultiplyAdd(sin, V.Load(ref source[row]), oddRe);
                        oddIm = V.MultiplyAdd(sin, V.Load(ref source[row + V.Count]), oddIm);
                        place += j;
                        if (place >= factor) place -= factor;
                    }

                    V.Store(evenRe - oddIm, ref yRe[to + (j * far)]);
                    V.Store(evenIm + oddRe, ref yIm[to + (j * far)]);
                    V.Store(evenRe + oddIm, ref yRe[to + ((factor - j) * far)]);
                    V.Store(evenIm - oddRe, ref yIm[to + ((factor - j) * far)]);
                }
            }
        }
    }
}
