using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Rows by segments: from ids i64 [rows] the places of each segment's rows in their order, i64 [rows], and where each segment starts among them, i64 [segments + 1].</summary>
public sealed record SegmentOrder(int Segments) : Op
{
    static readonly KernelReference Starts = new("segment_starts");

    public override string Name => "segment_order";

    public override int OutputCount => 2;

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Type(Name, "the ids", inputs[0], DType.I64);
        Require.Rank(Name, "the ids", inputs[0], 1);
        return new Signature([output == 0 ? inputs[0].Shape[0] : Segments + 1], DType.I64);
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (long* ids = &inputs[0].First<long>(), order = &outputs[0].First<long>(), starts = &outputs[1].First<long>())
        {
            IndexChecks.Require(Name, "ids", ids, inputs[0].Count, Segments);
            SegmentOrderKernel.Run(ids, order, starts, inputs[0].Count, Segments);
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int rows = inputs[0].Count;
        queue.CheckIndices(Name, "ids", inputs[0], 0, Segments);
        KeyRows sorted = OrderLaunch.Sort(queue, OrderLaunch.Keys(queue, inputs[0].DeviceAddress, DType.I64, 1, rows, false), rows);
        OrderLaunch.WritePlaces(queue, sorted, outputs[0].DeviceAddress, rows);
        queue.Call(Starts, Segments + 1).View(sorted.Keys, sorted.Count).Dense(outputs[1]).Value(rows).Value(Segments).Run();
    }
}
