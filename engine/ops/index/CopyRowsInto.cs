using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Overwrites rows of existing tensors at the places that indices (i64) name, the same in all; a place of -1 is left out. Of rows with one place the last stays. Inputs: the rows of each tensor, then the places.
/// </summary>
/// <param name="Count">How many tensors.</param>
public sealed record CopyRowsInto(int Count) : Op
{
    public override string Name => "copy_rows_into";

    public override int OutputCount => Count;

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor places = inputs[^1];
        Require.Type(Name, "the places", places, DType.I64);
        foreach (Tensor rows in inputs[..^1])
        {
            Require.MinimumRank(Name, "the rows", rows, 1);
            if (places.Rank != 1 || places.Shape[0] != rows.Shape[0])
                throw new ShapeException($"{Name}: places {places.Shape} are not one for each of the rows {rows.Shape}. Pass i64 [{rows.Shape[0]}].");
        }

        return new Signature(inputs[output].Shape, inputs[output].DType);
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor places = inputs[^1];
        fixed (long* place = &places.First<long>())
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                int bytes = inputs[i].DType.Size();
                fixed (byte* rows = &inputs[i].First<byte>(), target = &outputs[i].First<byte>())
                    Put(rows + (inputs[i].Layout.Offset * (bytes - 1L)), target + (outputs[i].Layout.Offset * (bytes - 1L)), place, places.Count, bytes * inputs[i].Shape.CountOf(1..), outputs[i].Shape[0]);
            }
        }
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) => new Call(this, inputs, outputs);

    // Rows of so many bytes into a target of so many rows.
    unsafe void Put(byte* rows, byte* target, long* places, int count, int bytes, int size)
    {
        IndexChecks.RequireOrNone(Name, places, count, size);
        IndexKernel.PutRows(rows, places, target, bytes, count);
    }

    sealed unsafe class Call(CopyRowsInto op, Tensor[] inputs, Tensor[] outputs) : PlannedCall
    {
        readonly (nint Rows, nint Target, int Bytes, int Size)[] pairs =
            [.. outputs.Zip(inputs, static (target, rows) => (rows.Address(), target.Address(), rows.DType.Size() * rows.Shape.CountOf(1..), target.Shape[0]))];
        readonly nint places = inputs[^1].Address();
        readonly int count = inputs[^1].Count;

        public override void Run()
        {
            foreach (var (rows, target, bytes, size) in pairs) op.Put((byte*)rows, (byte*)target, (long*)places, count, bytes, size);
        }
    }

    static readonly WordKernels Kernels = new("index_put_rows");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            Tensor rows = inputs[i], target = outputs[i];
            queue.CheckIndices(Name, "places", inputs[^1], -1, target.Shape[0]);
            queue.Call(Kernels.Of(rows.DType), rows.Count).Dense(rows).Dense(inputs[^1]).Dense(target).Value(target.Shape[0]).Value(rows.Shape.CountOf(1..)).Value(rows.Shape[0]).Run();
        }
    }

    // It writes as much as it reads, whatever the sizes of the targets.
    public override long Bytes(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => BytesOf(inputs) + BytesOf(inputs[..^1]);
}

public static partial class TensorMath
{
    /// <summary>
    /// Overwrites rows of <paramref name="target"/> with the rows of x, each at its place (i64 [rows]) on the first axis: how a buffer that outlives the step takes in what the step found. A place
    /// of -1 is left out, and of rows with one place the last stays. Works inside recorded steps; no derivative flows.
    /// </summary>
    /// <exception cref="ShapeException">A place is outside the target, the other axes differ, or the target is a view with gaps.</exception>
    public static void CopyRowsInto(this Tensor x, Tensor target, Tensor places) => CopyRowsInto([x], [target], places);

    /// <summary>Overwrites rows of several targets with those of as many tensors, at the same places in all: in one go what one call for each does.</summary>
    /// <inheritdoc cref="CopyRowsInto(Tensor, Tensor, Tensor)"/>
    public static void CopyRowsInto(ReadOnlySpan<Tensor> tensors, ReadOnlySpan<Tensor> targets, Tensor places)
    {
        ArgumentNullException.ThrowIfNull(places);
        if (tensors.Length != targets.Length) throw new ShapeException($"copy_rows_into: {tensors.Length} tensors do not go into {targets.Length} targets. Pass one target for each.");
        if (tensors.IsEmpty) return;
        var inputs = new Tensor[tensors.Length + 1];
        for (int i = 0; i < tensors.Length; i++)
        {
            Tensor x = tensors[i], target = targets[i];
            if (x.Rank == 0 || x.Rank != target.Rank || x.Shape.With(0, target.Shape[0]) != target.Shape || !target.Layout.IsContiguous)
                throw new ShapeException($"copy_rows_into: rows {x.Shape} do not fit into the target {target.Shape}. Pass rows of its other axes, and a target without gaps.");
            if (x.DType != target.DType) throw new DTypeException($"copy_rows_into: rows of {x.DType.Name()} do not go into a target of {target.DType.Name()}. Convert them with To(DType).");
            bool isTarget = false;
            foreach (Tensor other in targets) isTarget |= ReferenceEquals(x.Storage, other.Storage);
            inputs[i] = isTarget ? x.Detach().Clone() : x.Contiguous();
        }

        inputs[^1] = places.Contiguous();
        Dispatch.RunInto(new CopyRowsInto(tensors.Length), inputs, targets);
    }
}
