using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Overwrites rows of an existing tensor at the places that indices (i64) name; a place of -1 is left out. Of rows with one place the last stays.</summary>
public sealed record CopyRowsInto : MoveOp
{
    public override string Name => "copy_rows_into";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Type(Name, "the places", inputs[1], DType.I64);
        Require.MinimumRank(Name, "the rows", inputs[0], 1);
        if (inputs[1].Rank != 1 || inputs[1].Shape[0] != inputs[0].Shape[0])
            throw new ShapeException($"{Name}: places {inputs[1].Shape} are not one for each of the rows {inputs[0].Shape}. Pass i64 [{inputs[0].Shape[0]}].");
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor rows = inputs[0], places = inputs[1], target = outputs[0];
        fixed (T* source = &rows.First<T>(), kept = &target.First<T>())
        fixed (long* place = &places.First<long>())
        {
            IndexChecks.RequireOrNone(Name, place, places.Count, target.Shape[0]);
            IndexKernel.PutRows(source, place, kept, rows.Shape.CountOf(1..), places.Count);
        }
    }

    static readonly WordKernels Kernels = new("index_put_rows");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor rows = inputs[0], target = outputs[0];
        queue.CheckIndices(Name, "places", inputs[1], -1, target.Shape[0]);
        int inner = rows.Shape.CountOf(1..);
        queue.Call(Kernels.Of(rows.DType), rows.Count).Dense(inputs).Dense(target).Value(target.Shape[0]).Value(inner).Value(rows.Shape[0]).Run();
    }

    // It writes as much as it reads, whatever the size of the target.
    public override long Bytes(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => BytesOf(inputs) + BytesOf(inputs[..1]);
}

public static partial class TensorMath
{
    /// <summary>
    /// Overwrites rows of <paramref name="target"/> with the rows of x, each at its place (i64 [rows]) on the first axis: how a buffer that outlives the step takes in what the step found. A place
    /// of -1 is left out, and of rows with one place the last stays. Works inside recorded steps; no derivative flows.
    /// </summary>
    /// <exception cref="ShapeException">A place is outside the target, the other axes differ, or the target is a view with gaps.</exception>
    public static void CopyRowsInto(this Tensor x, Tensor target, Tensor places)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (x.Rank == 0 || x.Rank != target.Rank || x.Shape.With(0, target.Shape[0]) != target.Shape || !target.Layout.IsContiguous)
            throw new ShapeException($"copy_rows_into: rows {x.Shape} do not fit into the target {target.Shape}. Pass rows of its other axes, and a target without gaps.");
        if (x.DType != target.DType) throw new DTypeException($"copy_rows_into: rows of {x.DType.Name()} do not go into a target of {target.DType.Name()}. Convert them with To(DType).");
        Tensor source = ReferenceEquals(x.Storage, target.Storage) ? x.Detach().Clone() : x.Contiguous();
        Dispatch.RunInto(new CopyRowsInto(), [source, places.Contiguous()], [target]);
    }
}
