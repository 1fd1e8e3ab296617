using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>The numbers of a state in the memory of a device.</summary>
/// <param name="view">The states.</param>
/// <param name="first">Place of the first number.</param>
public readonly struct DeviceCells(ArrayView<long> view, long first) : ICells
{
    readonly ArrayView<long> view = view;
    readonly long first = first;

    /// <inheritdoc/>
    public long this[int cell]
    {
        get => view[first + cell];
        set => view[first + cell] = value;
    }
}
