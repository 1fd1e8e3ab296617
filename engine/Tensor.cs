namespace Adjoint;

/// <summary>
/// A small handle on numbers: shape, strides, dtype, device, storage, and the tape node that made it. Views share storage. Every op
/// runs at once and returns a new tensor; only <c>Write</c>, <c>CopyInto</c> and updates of optimisers change an existing one.
/// </summary>
public sealed partial class Tensor
{
    internal Tensor(Layout layout, DType dtype, Storage storage)
    {
        Layout = layout;
        DType = dtype;
        Storage = storage;
    }

    /// <summary>Sizes of the axes.</summary>
    public Shape Shape => Layout.Shape;

    /// <summary>Type of the numbers.</summary>
    public DType DType { get; }

    /// <summary>Where the numbers are.</summary>
    public Device Device => Storage.Device;

    /// <summary>Element strides and offset within the storage.</summary>
    public Layout Layout { get; }

    /// <summary>Memory behind the tensor, perhaps shared with views.</summary>
    public Storage Storage { get; }

    /// <summary>Number of axes.</summary>
    public int Rank => Layout.Shape.Rank;

    /// <summary>Number of elements.</summary>
    public int Count => Layout.Shape.Elements;

    /// <summary>Whether derivatives flow through this tensor to some variable.</summary>
    public bool IsTracked => Node is not null;

    /// <summary>Address of the first element in the memory of a device that launches kernels.</summary>
    internal ulong DeviceAddress => Storage.DeviceAddress + ((ulong)Layout.Offset * (ulong)DType.Size());

    internal Node? Node { get; set; }

    internal int NodeOutput { get; set; }

    /// <summary>The same numbers with another shape.</summary>
    internal Tensor Alias(Layout layout) => new(layout, DType, Storage);

    /// <summary>A tensor of undefined content in the current step's memory, on the given device.</summary>
    /// <exception cref="ShapeException">The elements need more bytes than one storage may hold.</exception>
    internal static Tensor Allocate(Shape shape, DType dtype, Device device) => Allocate(new Signature(shape, dtype), Backends.Of(device));

    /// <inheritdoc cref="Allocate(Shape, DType, Device)"/>
    internal static Tensor Allocate(Signature signature, IBackend backend)
    {
        var (shape, dtype) = signature;
        long bytes = (long)shape.Elements * dtype.Size();
        if (bytes > Storage.MaxBytes)
            throw new ShapeException($"A tensor {dtype.Name()}{shape} needs {bytes} bytes, above the limit of 2 GiB for one tensor. Split it.");
        return new Tensor(Layout.Contiguous(shape), dtype, backend.Allocate((int)bytes));
    }

    public override string ToString() => $"{DType.Name()}{Shape} on {Device}";
}
