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
}
