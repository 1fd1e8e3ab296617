namespace Adjoint.Kernels;

/// <summary>Turns the words of a draw into elements of <typeparamref name="T"/>.</summary>
interface IDistribution<T> where T : unmanaged
{
    /// <summary>Elements from a block: four of one word each, or two of two words each.</summary>
    static abstract int PerBlock { get; }

    /// <summary>Whether <see cref="Apply"/> is a long formula, best run in a loop of its own.</summary>
    static abstract bool HasSecondPass { get; }

    /// <summary>
    /// Replaces words by elements. With four elements a block, <paramref name="even"/> holds words 0 and 2 and <paramref name="odd"/>
    /// words 1 and 3; with two, <paramref name="even"/> holds the 64 bits of words 0 and 1, <paramref name="odd"/> those of 2 and 3.
    /// </summary>
    void Apply<W, F, D>(ref W even, ref W odd)
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>;
}
