namespace Adjoint;

/// <summary>What limits an op's speed; read by recompute and by the roofline.</summary>
public enum Bound
{
    /// <summary>Moving bytes.</summary>
    Memory,

    /// <summary>Arithmetic.</summary>
    Compute,
}

/// <summary>What the derivative rules of an op look at, and hence what the tape keeps.</summary>
[Flags]
public enum Saves
{
    /// <summary>Shapes only.</summary>
    Nothing = 0,

    /// <summary>The first input.</summary>
    First = 1,

    /// <summary>The second input.</summary>
    Second = 2,

    /// <summary>The third input.</summary>
    Third = 4,

    /// <summary>All inputs.</summary>
    Inputs = 0xFF,

    /// <summary>The outputs.</summary>
    Output = 0x100,
}

/// <summary>Shape and dtype of an output, known before any number is computed.</summary>
public readonly record struct Signature(Shape Shape, DType DType);

/// <summary>
/// One operation with its settings: what it computes, on which shapes, and its derivatives in both directions written in tensor ops. Ops are
/// immutable values; two that are equal compute the same. To add one, write one file with a subclass (or an operator struct for a pointwise op) and one
/// line in <see cref="OpTable"/>.
/// </summary>
public abstract record Op
{
    /// <summary>Name as printed in tables and messages.</summary>
    public abstract string Name { get; }

    /// <summary>Number of output tensors.</summary>
    public virtual int OutputCount => 1;

    /// <summary>What the derivative rules look at.</summary>
    public virtual Saves Saves => Saves.Inputs;

    /// <summary>What limits the speed.</summary>
    public virtual Bound Bound => Bound.Memory;

    /// <summary>Whether rules exist. Ops with integer or boolean results have none, and derivatives stop there.</summary>
    public virtual bool IsDifferentiable => true;

    /// <summary>Shape and dtype of an output. A pure function of shapes and dtypes; the only place that rejects operands.</summary>
    public abstract Signature Infer(ReadOnlySpan<Tensor> inputs, int output);

    /// <summary>Computes on the CPU; writes every element of every output and allocates nothing.</summary>
    public abstract void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs);

    /// <summary>Whether a device runs the op by <see cref="Launch"/>. Without, the host moves bytes by way of the back ends.</summary>
    public virtual bool NeedsKernels => true;

    /// <summary>Computes on a device that runs kernels, by launches that write every element of every output. A pure function of shapes, dtypes and places.</summary>
    public abstract void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs);

    /// <summary>The op on tensors of a plan, whose memory is fixed, ready to run many times on the CPU.</summary>
    internal virtual PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) => new UnpreparedCall(this, inputs, outputs);

    /// <summary>The op on tensors of a plan of any device.</summary>
    internal virtual PlannedCall PrepareOn(IBackend backend, Tensor[] inputs, Tensor[] outputs) => backend.Prepare(this, inputs, outputs);

    /// <summary>Reverse rule: from the outputs' cotangents, gives each needed input its own.</summary>
    public virtual void Vjp(VjpRule rule) => throw NoRule();

    /// <summary>Forward rule: from the inputs' tangents (null is zero), the tangent of the output; null if it is zero.</summary>
    public virtual Tensor? Jvp(JvpRule rule) => throw NoRule();

    /// <summary>Floating-point operations of one run, for the roofline.</summary>
    public virtual long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => outputs[0].Count;

    /// <summary>
    /// Bytes that one run reads and writes, for the roofline: each operand once, without what broadcasting repeats. Ops that read their results, or a part of an operand only, say so.
    /// </summary>
    public virtual long Bytes(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => BytesOf(inputs) + BytesOf(outputs);

    /// <summary>Bytes of tensors, without what broadcasting repeats.</summary>
    private protected static long BytesOf(ReadOnlySpan<Tensor> tensors)
    {
        long bytes = 0;
        foreach (Tensor tensor in tensors)
        {
            long elements = 1;
            for (int axis = 0; axis < tensor.Rank; axis++)
            {
                if (tensor.Layout.Strides[axis] != 0 || tensor.Shape[axis] == 0) elements *= tensor.Shape[axis];
            }

            bytes += elements * tensor.DType.Size();
        }

        return bytes;
    }

    DerivativeException NoRule() => new($"{Name} has no derivative. Call Detach() on its input if none is meant to flow.");
}
