using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>How a chain with four elements a thread reads and writes. Its steps are those of <see cref="ElementChain"/>, in a loop over the elements.</summary>
public static class QuadChain
{
    const int Count = ChainKernel.PackElements;

    /// <summary>Whether a thread has anything to do.</summary>
    public static bool HasAny(long thread, long count) => thread * Count < count;

    /// <summary>Whether a thread has four elements to compute.</summary>
    public static bool HasAll(long thread, long count) => (thread + 1) * Count <= count;

    public static Quad<T> Dense<T>(ArrayView<T> x, long thread) where T : unmanaged => x.Cast<Quad<T>>()[thread];

    /// <summary>Elements beyond the end repeat the first, so that the arithmetic meets nothing new.</summary>
    public static Quad<T> DensePart<T>(ArrayView<T> x, long thread, long count) where T : unmanaged
    {
        long first = thread * Count;
        T repeated = x[first];
        return new(repeated, first + 1 < count ? x[first + 1] : repeated, first + 2 < count ? x[first + 2] : repeated, repeated);
    }

    public static Quad<T> Rows<T>(ArrayView<T> x, ChainPlace place, ChainSteps steps) where T : unmanaged => x.Cast<Quad<T>>()[place.In(steps)];

    public static void Store<T>(ArrayView<T> y, long thread, Quad<T> value) where T : unmanaged => y.Cast<Quad<T>>()[thread] = value;

    /// <summary>Stores less than four.</summary>
    public static void StorePart<T>(ArrayView<T> y, long thread, long count, Quad<T> value) where T : unmanaged
    {
        long first = thread * Count;
        y[first] = value.A;
        if (first + 1 < count) y[first + 1] = value.B;
        if (first + 2 < count) y[first + 2] = value.C;
    }

    /// <summary>The element whose turn it is.</summary>
    public static T First<T>(Quad<T> x) where T : unmanaged => x.A;

    /// <summary>Puts an element behind three, the first of four goes: after four turns, four new ones are in order. Places by number would be memory.</summary>
    public static Quad<T> Push<T>(Quad<T> x, T last) where T : unmanaged => new(x.B, x.C, x.D, last);
}
