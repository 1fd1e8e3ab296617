using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Transforms of a tile of V.Count lines within two buffers of <see cref="FourierPlan{T}.Rows"/> rows; where the result is after it, the first buffer is.</summary>
unsafe ref struct FourierTile<V, T>(T* first, T* second)
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The buffer that holds the lines.</summary>
    public T* Lines { get; private set; } = first;

    /// <summary>The other buffer.</summary>
    T* Other { get; set; } = second;

    static int Row => 2 * V.Count;

    /// <summary>Transforms lines of complex numbers.</summary>
    /// <param name="plan">Of their length.</param>
    /// <param name="swapsIn">Whether real and imaginary parts are exchanged before; before and after: the inverse transform times its length.</param>
    /// <param name="swapsOut">Whether they are after.</param>
    public void Transform(FourierPlan<T> plan, bool swapsIn, bool swapsOut)
    {
        if (plan.Convolution is { } convolution)
        {
            Convolve(plan, convolution, swapsIn, swapsOut);
            return;
        }

        ReadOnlySpan<int> factors = plan.Factors;
        int before = 1, after = plan.Length;
        for (int pass = 0; pass < factors.Length; pass++)
        {
            after /= factors[pass];
            FourierPasses<V, T>.Run(Lines, Other, factors[pass], before, after, plan.Turns(pass), swapsIn && pass == 0, swapsOut && pass == factors.Length - 1);
            before *= factors[pass];
            Exchange();
        }

        if (factors.Length == 0 && swapsIn != swapsOut) Turn(Lines, 1, null, true);
    }

    // j·k = (j² + k² - (j - k)²) / 2 makes the transform a convolution with a chirp (Bluestein 1970).
    void Convolve(FourierPlan<T> plan, FourierPlan<T> convolution, bool swapsIn, bool swapsOut)
    {
        Turn(Lines, plan.Length, plan.Chirp, swapsIn);
        new Span<T>(Lines + (plan.Length * Row), (plan.Rows - plan.Length) * Row).Clear();
        Transform(convolution, false, false);
        Turn(Lines, plan.Rows, plan.Filter, false);
        Transform(convolution, true, true);
        Turn(Lines, plan.Length, plan.Chirp, false);
        if (swapsOut) Turn(Lines, plan.Length, null, true);
    }

    // Rows times a turn each, after an exchange of real and imaginary parts if asked for.
    static void Turn(T* rows, int count, T* turns, bool swaps)
    {
        for (int i = 0; i < count; i++, rows += Row)
        {
            V re = V.Load(ref rows[swaps ? V.Count : 0]), im = V.Load(ref rows[swaps ? 0 : V.Count]);
            if (turns is not null) FourierPasses<V, T>.Turn(ref re, ref im, turns + (2 * i));
            V.Store(re, ref rows[0]);
            V.Store(im, ref rows[V.Count]);
        }
    }

    void Exchange()
    {
        T* lines = Lines;
        Lines = Other;
        Other = lines;
    }

    /// <summary>
    /// From the transform z of m complex numbers, whose parts are the even and odd places of 2m real ones, the transform of those: m + 1 rows. With w = e^(-πi/m),
    /// X_k = (z_k + z̄_(m-k))/2 - i·w^k·(z_k - z̄_(m-k))/2.
    /// </summary>
    /// <param name="plan">Of m.</param>
    /// <param name="middle">Factor of all rows but the first and last.</param>
    public void SplitReal(FourierPlan<T> plan, double middle)
    {
        int m = plan.Length;
        T* x = Lines, y = Other, turns = plan.HalfTurns;
        V half = V.From(0.5 * middle), zero = V.From(0);
        V re = V.Load(ref x[0]), im = V.Load(ref x[V.Count]);
        V.Store(re + im, ref y[0]);
        V.Store(zero, ref y[V.Count]);
        V.Store(re - im, ref y[(nint)m * Row]);
        V.Store(zero, ref y[((nint)m * Row) + V.Count]);
        for (int k = 1; 2 * k <= m; k++)
        {
            nint low = (nint)k * Row, high = (nint)(m - k) * Row;
            V aRe = V.Load(ref x[low]), aIm = V.Load(ref x[low + V.Count]), bRe = V.Load(ref x[high]), bIm = V.Load(ref x[high + V.Count]);
            V evenRe = (aRe + bRe) * half, evenIm = (aIm - bIm) * half, oddRe = (aIm + bIm) * half, oddIm = (bRe - aRe) * half;
            FourierPasses<V, T>.Turn(ref oddRe, ref oddIm, turns + (2 * k));
            V.Store(evenRe + oddRe, ref y[low]);
            V.Store(evenIm + oddIm, ref y[low + V.Count]);
            V.Store(evenRe - oddRe, ref y[high]);
            V.Store(oddIm - evenIm, ref y[high + V.Count]);
        }

        Exchange();
    }

    /// <summary>The reverse of <see cref="SplitReal"/>, times 2: from m + 1 rows X the m rows whose inverse transform has the real numbers at even and odd places as its parts.</summary>
    public void JoinReal(FourierPlan<T> plan, double middle)
    {
        int m = plan.Length;
        T* x = Lines, y = Other, turns = plan.HalfTurns;
        V factor = V.From(middle), first = V.Load(ref x[0]), last = V.Load(ref x[(nint)m * Row]);
        V.Store(first + last, ref y[0]);
        V.Store(first - last, ref y[V.Count]);
        for (int k = 1; 2 * k <= m; k++)
        {
            nint low = (nint)k * Row, high = (nint)(m - k) * Row;
            V aRe = V.Load(ref x[low]) * factor, aIm = V.Load(ref x[low + V.Count]) * factor;
            V bRe = V.Load(ref x[high]) * factor, bIm = V.Load(ref x[high + V.Count]) * factor;
            V evenRe = aRe + bRe, evenIm = aIm - bIm, oddRe = aRe - bRe, oddIm = -(aIm + bIm);

            // The conjugate of the difference by the turn is the difference by its conjugate.
            FourierPasses<V, T>.Turn(ref oddRe, ref oddIm, turns + (2 * k));
            oddIm = -oddIm;
            V.Store(evenRe - oddIm, ref y[low]);
            V.Store(evenIm + oddRe, ref y[low + V.Count]);
            V.Store(evenRe + oddIm, ref y[high]);
            V.Store(oddRe - evenIm, ref y[high + V.Count]);
        }

        Exchange();
    }

    /// <summary>Rows of real numbers become rows of complex ones.</summary>
    public void WidenReal(int rows)
    {
        V zero = V.From(0);
        T* x = Lines, y = Other;
        for (int i = 0; i < rows; i++, x += V.Count, y += Row)
        {
            V.Store(V.Load(ref *x), ref y[0]);
            V.Store(zero, ref y[V.Count]);
        }

        Exchange();
    }

    /// <summary>Rows of complex numbers become rows of their real parts.</summary>
    public void NarrowReal(int rows)
    {
        T* x = Lines, y = Other;
        for (int i = 0; i < rows; i++, x += Row, y += V.Count) V.Store(V.Load(ref *x), ref *y);
        Exchange();
    }

    /// <summary>All rows but the first times a factor.</summary>
    public void ScaleMiddle(int rows, double factor)
    {
        V by = V.From(factor);
        T* x = Lines + Row;
        for (int i = 1; i < rows; i++, x += Row)
        {
            V.Store(V.Load(ref x[0]) * by, ref x[0]);
            V.Store(V.Load(ref x[V.Count]) * by, ref x[V.Count]);
        }
    }

    /// <summary>From the first half of the rows of an odd length, times a factor but for the first, all rows: the others are conjugates. The imaginary part of the first counts as 0.</summary>
    public void Mirror(int length, double factor)
    {
        ScaleMiddle((length / 2) + 1, factor);
        T* x = Lines;
        V.Store(V.From(0), ref x[V.Count]);
        for (int k = 1; k <= length / 2; k++)
        {
            nint low = (nint)k * Row, high = (nint)(length - k) * Row;
            V.Store(V.Load(ref x[low]), ref x[high]);
            V.Store(-V.Load(ref x[low + V.Count]), ref x[high + V.Count]);
        }
    }
}
