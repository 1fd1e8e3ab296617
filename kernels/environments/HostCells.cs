namespace Adjoint.Kernels;

/// <summary>The numbers of a state in the memory of the host.</summary>
/// <param name="first">The first of them.</param>
public readonly unsafe struct HostCells(long* first) : ICells
{
    /// <inheritdoc/>
    public long this[int cell]
    {
        get => first[cell];
        set => first[cell] = value;
    }
}
