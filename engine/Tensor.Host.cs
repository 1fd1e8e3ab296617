using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Adjoint;

public sealed partial class Tensor
{
    /// <summary>A copy of the elements on the host, row-major.</summary>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the C# type of the dtype.</exception>
    /// <exception cref="PlanException">Inside a recorded step: a replay could not repeat what the host does with the values.</exception>
    /// <exception cref="LifetimeException">The step that made the tensor has ended.</exception>
    public T[] Read<T>() where T : unmanaged
    {
        var values = new T[Count];
        Read(values.AsSpan());
        return values;
    }

    /// <summary>Copies the elements, row-major, into host memory.</summary>
    /// <inheritdoc cref="Read{T}()"/>
    public void Read<T>(Span<T> target) where T : unmanaged
    {
        Recorder.Forbid("Read() takes values to the host", "Return the tensor from the step and read it after Run().");
        CheckHostAccess<T>("Read", target.Length);
        Tensor source = Layout.IsContiguous ? this : Detach().Contiguous();
        if (source.Storage is HostStorage) source.Span<T>().CopyTo(target);
        else Backends.Of(Device).Read(source, System.Runtime.InteropServices.MemoryMarshal.AsBytes(target));
    }

    /// <summary>The value of a tensor of one element, as a double.</summary>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    /// <exception cref="PlanException">Inside a recorded step: a replay could not repeat a branch on the value.</exception>
    public double Item()
    {
        Recorder.Forbid("Item() reads a value on the host", "Return the tensor from the step and read it after Run(); choose values with Where, not with if.");
        if (Count != 1) throw new ShapeException($"Item: the tensor {Shape} has {Count} elements, not one. Reduce it, or use Read.");
        return DType switch
        {
            DType.F32 => Read<float>()[0],
            DType.F64 => Read<double>()[0],
            DType.I32 => Read<int>()[0],
            DType.I64 => Read<long>()[0],
            _ => Read<bool>()[0] ? 1 : 0,
        };
    }

    /// <summary>Overwrites the elements, row-major, from host memory: how a batch or a learning rate enters a plan between two runs.</summary>
    /// <exception cref="ShapeException">The number of values is not the count, or the tensor is a view with gaps.</exception>
    /// <inheritdoc cref="Read{T}()"/>
    public void Write<T>(ReadOnlySpan<T> source) where T : unmanaged
    {
        Recorder.Forbid("Write() brings host values in", "Write before Run().");
        CheckHostAccess<T>("Write", source.Length);
        if (!Layout.IsContiguous) throw new ShapeException("Write: the tensor is a view with gaps. Write the tensor that owns the memory, or use CopyInto.");
        Storage.Version++;
        if (Storage is HostStorage) source.CopyTo(Span<T>());
        else Backends.Of(Device).Write(this, System.Runtime.InteropServices.MemoryMarshal.AsBytes(source));
    }

    /// <summary>Overwrites a tensor of one element.</summary>
    public void Write(double value)
    {
        Require.Constant("Write", DType, value);
        switch (DType)
        {
            case DType.F32: Write<float>([(float)value]); break;
            case DType.F64: Write<double>([value]); break;
            case DType.I32: Write<int>([(int)value]); break;
            case DType.I64: Write<long>([(long)value]); break;
            default: Write<bool>([value != 0]); break;
        }
    }

    /// <summary>The elements themselves, without a copy. Contiguous host tensors only.</summary>
    /// <exception cref="ShapeException">The tensor is a view with gaps.</exception>
    /// <exception cref="DeviceException">The tensor is not on the host.</exception>
    public ReadOnlySpan<T> AsSpan<T>() where T : unmanaged
    {
        Recorder.Forbid("AsSpan() shows values to the host", "Return the tensor from the step and read it after Run().");
        CheckHostAccess<T>("AsSpan", Count);
        if (!Layout.IsContiguous) throw new ShapeException("AsSpan: the tensor is a view with gaps. Call Contiguous() first.");
        return Span<T>();
    }

    /// <summary>Elements from the offset on, for kernels: with strides, more than Count of them may be in reach.</summary>
    internal Span<T> Span<T>() where T : unmanaged
    {
        Span<T> all = Host.Span<T>();
        return Layout.IsContiguous ? all.Slice(Layout.Offset, Count) : all[Layout.Offset..];
    }

    /// <summary>Address of the first element. The caller keeps the reference alive through a <c>fixed</c> statement.</summary>
    internal ref T First<T>() where T : unmanaged => ref Unsafe.Add(ref Host.First<T>(), Layout.Offset);

    HostStorage Host => Storage as HostStorage ?? ThrowNotOnHost();

    [DoesNotReturn]
    HostStorage ThrowNotOnHost() => throw new DeviceException($"The values of a tensor on {Device} are not in host memory. Copy it with To(Device.Cpu).");

    /// <summary>Address of the first element, for the kernels of a plan, which fixes the memory of its tensors.</summary>
    internal unsafe nint Address() =>
        (nint)Unsafe.AsPointer(ref First<byte>()) + ((nint)Layout.Offset * (DType.Size() - 1));

    void CheckHostAccess<T>(string member, int length) where T : unmanaged
    {
        if (DTypes.Of<T>() != DType)
            throw new DTypeException($"{member}<{typeof(T).Name}>: the tensor holds {DType.Name()}. Ask for that type, or convert with To(DType.{DTypes.Of<T>()}).");
        if (length != Count) throw new ShapeException($"{member}: a span of {length} does not match the {Count} elements of {Shape}.");
    }
}
