using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A dense row-major copy.</summary>
public sealed record Copy : Op, IPointwiseOp
{
    public override string Name => "copy";

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(inputs[0].Shape, inputs[0].DType);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Between(inputs[0], outputs[0]);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Between(queue, inputs[0], outputs[0]);

    /// <summary><see cref="Between(Tensor, Tensor)"/> on a device.</summary>
    internal static void Between(LaunchQueue queue, Tensor source, Tensor target)
    {
        Span<int> strides = stackalloc int[target.Rank];
        Require.Broadcast(source, target.Shape, strides);
        queue.Copy(source, strides, target, target.Layout.Strides, 0, target.Shape.Sizes);
    }

    /// <summary><see cref="IntoSlice(Tensor, Tensor, int, int, int)"/> on a device.</summary>
    internal static void IntoSlice(LaunchQueue queue, Tensor source, Tensor target, int axis, int start, int step)
    {
        Span<int> strides = stackalloc int[target.Rank];
        target.Layout.Strides.CopyTo(strides);
        int first = start * strides[axis];
        strides[axis] *= step;
        queue.Copy(source, source.Layout.Strides, target, strides, first, source.Shape.Sizes);
    }

    /// <summary>Copies elements between two layouts of the same shape and dtype; the source may broadcast.</summary>
    internal static void Between(Tensor source, Tensor target)
    {
        switch (source.DType.Size())
        {
            case 4: Between<int>(source, target); break;
            case 8: Between<long>(source, target); break;
            default: Between<byte>(source, target); break;
        }
    }

    TileStep IPointwiseOp.Step(ReadOnlySpan<Tensor> inputs) => inputs[0].DType.Size() switch
    {
        4 => new CopyStep<int>(),
        8 => new CopyStep<long>(),
        _ => new CopyStep<byte>(),
    };

    (ChainStepKind Kind, Type? Operator) IPointwiseOp.ChainStep => (ChainStepKind.Copy, null);

    static unsafe void Between<T>(Tensor source, Tensor target) where T : unmanaged
    {
        Span<int> strides = stackalloc int[target.Rank];
        Require.Broadcast(source, target.Shape, strides);
        fixed (T* x = &source.First<T>(), y = &target.First<T>())
            CopyKernel.Run(LoopNest.Create(target.Shape.Sizes, strides, target.Layout.Strides), x, y);
    }

    /// <summary>Copies to places start, start + step, … of one axis of a larger tensor.</summary>
    internal static void IntoSlice(Tensor source, Tensor target, int axis, int start, int step)
    {
        if (source.Count == 0) return;
        switch (source.DType.Size())
        {
            case 4: IntoSlice<int>(source, target, axis, start, step); break;
            case 8: IntoSlice<long>(source, target, axis, start, step); break;
            default: IntoSlice<byte>(source, target, axis, start, step); break;
        }
    }

    /// <summary>Copies places start, start + 1, … of one axis to a whole tensor.</summary>
    internal static void FromSlice(Tensor source, Tensor target, int axis, int start)
    {
        if (target.Count == 0) return;
        switch (source.DType.Size())
        {
            case 4: FromSlice<int>(source, target, axis, start); break;
            case 8: FromSlice<long>(source, target, axis, start); break;
            default: FromSlice<byte>(source, target, axis, start); break;
        }
    }

    static unsafe void FromSlice<T>(Tensor source, Tensor target, int axis, int start) where T : unmanaged
    {
        fixed (T* x = &source.First<T>(), y = &target.First<T>())
            CopyKernel.Run(LoopNest.Create(target.Shape.Sizes, source.Layout.Strides, target.Layout.Strides), x + ((long)start * source.Layout.Strides[axis]), y);
    }

    /// <summary><see cref="IntoSlice(Tensor, Tensor, int, int, int)"/> in a plan.</summary>
    internal static PlannedCall PrepareIntoSlice(Tensor source, Tensor target, int axis, int start, int step)
    {
        Span<int> strides = stackalloc int[target.Rank];
        target.Layout.Strides.CopyTo(strides);
        long first = (long)start * strides[axis];
        strides[axis] *= step;
        return CopyCall.Make(source, source.Layout.Strides, target, strides, first, source.Shape.Sizes);
    }

    static unsafe void IntoSlice<T>(Tensor source, Tensor target, int axis, int start, int step) where T : unmanaged
    {
        Span<int> strides = stackalloc int[target.Rank];
        target.Layout.Strides.CopyTo(strides);
        long first = (long)start * strides[axis];
        strides[axis] *= step;
        fixed (T* x = &source.First<T>(), y = &target.First<T>())
            CopyKernel.Run(LoopNest.Create(source.Shape.Sizes, source.Layout.Strides, strides), x, y + first);
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent);

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0);
}

/// <summary>Copies into an existing tensor, perhaps a view; the source may broadcast.</summary>
public sealed record CopyInto(Shape Target, DType Type) : Op
{
    public override string Name => "copy_into";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Type(Name, "the source", inputs[0], Type);
        Require.BroadcastsTo(Name, "the source", inputs[0].Shape, Target);
        return new Signature(Target, Type);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Copy.Between(inputs[0], outputs[0]);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Copy.Between(queue, inputs[0], outputs[0]);

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs)
    {
        Span<int> strides = stackalloc int[Target.Rank];
        Require.Broadcast(inputs[0], Target, strides);
        return CopyCall.Make(inputs[0], strides, outputs[0], outputs[0].Layout.Strides, 0, Target.Sizes);
    }
}

public static partial class TensorMath
{
    /// <summary>The tensor itself if its elements lie row-major without gaps, else a copy for which this holds.</summary>
    public static Tensor Contiguous(this Tensor x) => x.Layout.IsContiguous ? x : x.Clone();

    /// <summary>A copy with memory of its own.</summary>
    public static Tensor Clone(this Tensor x) => Dispatch.Run(new Copy(), x);

    /// <summary>A copy, without derivatives, that outlives the current <see cref="Step"/>. Inside a recorded step, every replay refreshes it.</summary>
    public static Tensor Keep(this Tensor x)
    {
        Tensor kept;
        using (Step.Outside()) kept = Tensor.Allocate(x.Shape, x.DType, x.Device);
        x.Detach().CopyInto(kept);
        return kept;
    }

    /// <summary>Overwrites <paramref name="target"/> with x, which may broadcast. Works inside recorded steps; no derivative flows.</summary>
    /// <exception cref="ShapeException">x does not broadcast to the target's shape.</exception>
    public static void CopyInto(this Tensor x, Tensor target)
    {
        // Views of the same memory may overlap: read everything before writing anything.
        Tensor source = ReferenceEquals(x.Storage, target.Storage) ? x.Detach().Clone() : x;
        Dispatch.RunInto(new CopyInto(target.Shape, target.DType), [source], [target]);
    }
}
