namespace Adjoint;

public sealed partial class Tensor
{
    /// <summary>A tensor that holds a copy of host values, row-major.</summary>
    /// <exception cref="ShapeException">The number of values is not the count of the shape.</exception>
    /// <exception cref="PlanException">Inside a recorded step, which would bake the values in.</exception>
    [System.Runtime.CompilerServices.OverloadResolutionPriority(1)]
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape shape, Device? device = null) where T : unmanaged
    {
        Recorder.Forbid("Tensor.From copies host values", "Create the tensor before the step, or pass it as an input of the plan.");
        if (values.Length != shape.Elements)
            throw new ShapeException($"Tensor.From: {values.Length} values do not fill the shape {shape}, which holds {shape.Elements}.");
        IBackend backend = Backends.Of(device ?? Settings.DefaultDevice);
        Tensor tensor = Allocate(new Signature(shape, DTypes.Of<T>()), backend);
        backend.Write(tensor, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));
        return tensor;
    }

    /// <summary>A tensor that holds a copy of host values, row-major; without a shape, one axis.</summary>
    public static Tensor From<T>(T[] values, Shape? shape = null, Device? device = null) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        return From((ReadOnlySpan<T>)values, shape ?? [values.Length], device);
    }

    /// <summary>A matrix [rows, columns] that holds a copy of host values.</summary>
    public static Tensor From<T>(T[,] values, Device? device = null) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        var flat = new T[values.Length];
        Buffer.BlockCopy(values, 0, flat, 0, flat.Length * DTypes.Of<T>().Size());
        return From((ReadOnlySpan<T>)flat, [values.GetLength(0), values.GetLength(1)], device);
    }

    /// <summary>A tensor of rank 0.</summary>
    public static Tensor Scalar(double value, DType dtype = DType.F32, Device? device = null) => Full(Shape.Scalar, value, dtype, device);

    /// <summary>A tensor of zeros (false for bool).</summary>
    public static Tensor Zeros(Shape shape, DType dtype = DType.F32, Device? device = null) => Full(shape, 0, dtype, device);

    /// <summary>A tensor of ones (true for bool).</summary>
    public static Tensor Ones(Shape shape, DType dtype = DType.F32, Device? device = null) => Full(shape, 1, dtype, device);

    /// <summary>A tensor with the same value everywhere.</summary>
    public static Tensor Full(Shape shape, double value, DType dtype = DType.F32, Device? device = null) =>
        Dispatch.Create(new Fill(shape, dtype, value), device ?? Settings.DefaultDevice);

    /// <summary>start, start + step, … : <paramref name="count"/> numbers.</summary>
    /// <exception cref="ShapeException">The count is negative.</exception>
    public static Tensor Range(int count, double start = 0, double step = 1, DType dtype = DType.I64, Device? device = null) =>
        Dispatch.Create(new Sequence([count], dtype, start, step), device ?? Settings.DefaultDevice);

    /// <summary>The identity matrix [size, size].</summary>
    public static Tensor Eye(int size, DType dtype = DType.F32, Device? device = null)
    {
        Tensor index = Range(size, device: device);
        return index.Reshape([size, 1]).Equal(index).To(dtype);
    }

    /// <summary>Zeros of the same shape, dtype and device.</summary>
    public Tensor ZerosLike() => Zeros(Shape, DType, Device);

    /// <summary>Ones of the same shape, dtype and device.</summary>
    public Tensor OnesLike() => Ones(Shape, DType, Device);
}
