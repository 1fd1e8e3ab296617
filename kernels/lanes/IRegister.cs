namespace Adjoint.Kernels;

/// <summary>A lane that is filled from and written to memory: a SIMD register of <typeparamref name="T"/>.</summary>
public interface IRegister<V, T> : ILane<V>
    where V : struct, IRegister<V, T>
    where T : unmanaged
{
    /// <summary>Reads Count numbers that start at <paramref name="source"/>; no alignment needed.</summary>
    static abstract V Load(ref readonly T source);

    /// <summary>Writes Count numbers from <paramref name="target"/> on; no alignment needed.</summary>
    static abstract void Store(V x, ref T target);

    /// <summary>Reads <paramref name="count"/> numbers, fewer than Count, and touches no memory behind them; the other lanes are those of <paramref name="rest"/>.</summary>
    static abstract V LoadPart(ref readonly T source, int count, V rest);

    /// <summary>Writes the first <paramref name="count"/> numbers, fewer than Count.</summary>
    static abstract void StorePart(V x, ref T target, int count);

    /// <summary>The same number in every lane.</summary>
    static abstract V Repeat(T value);

    /// <summary>The number of the first lane.</summary>
    static abstract T First(V x);

    /// <summary>The fold of all lanes, in every lane: halves are folded until they are single numbers, so that the order is fixed.</summary>
    static abstract V Spread<TFold>(TFold fold, V x) where TFold : struct, IReduction;
}
