using ILGPU;
using ILGPU.Runtime;

namespace Adjoint.Kernels.Gpu;

/// <summary>Memory of a <see cref="Simulator"/>.</summary>
public sealed class SimulatorMemory<T> : IDisposable where T : unmanaged
{
    readonly MemoryBuffer1D<T, Stride1D.Dense>? buffer;

    internal SimulatorMemory(Accelerator accelerator, int length)
    {
        Length = length;
        buffer = length == 0 ? null : accelerator.Allocate1D<T>(length);
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>The argument that kernels take.</summary>
    public ArrayView<T> View => buffer is null ? ArrayView<T>.Empty : buffer.AsArrayView<T>(0, Length);

    /// <summary>The view as one of another type of the same size, such as a lane.</summary>
    public ArrayView<TOther> As<TOther>() where TOther : unmanaged => View.Cast<TOther>();

    /// <summary>Writes all elements.</summary>
    public void Write(ReadOnlySpan<T> elements)
    {
        if (buffer is not null) buffer.View.BaseView.CopyFromCPU(elements.ToArray());
    }

    /// <summary>Reads all elements.</summary>
    public T[] Read() => buffer is null ? [] : buffer.GetAsArray1D();

    /// <inheritdoc/>
    public void Dispose() => buffer?.Dispose();
}
