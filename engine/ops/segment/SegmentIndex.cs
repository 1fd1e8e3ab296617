namespace Adjoint;

/// <summary>
/// Which segment each row belongs to, with the rows of each segment side by side (compressed rows): made once from ids and used for any number of segment ops and their derivatives. Made inside a
/// recorded step it follows the step's ids. Edges by target node, ratings by user, actions by state.
/// </summary>
public sealed class SegmentIndex
{
    SegmentIndex(Tensor ids, Tensor order, Tensor starts)
    {
        Ids = ids;
        Order = order;
        Starts = starts;
    }

    /// <summary>Segment of each row, i64 [rows].</summary>
    public Tensor Ids { get; }

    /// <summary>Rows sorted by segment, in their order within each, i64 [rows].</summary>
    public Tensor Order { get; }

    /// <summary>Where each segment starts in <see cref="Order"/>, and where the last ends, i64 [segments + 1].</summary>
    public Tensor Starts { get; }

    /// <summary>Number of rows.</summary>
    public int Rows => Ids.Shape[0];

    /// <summary>Number of segments, empty ones included.</summary>
    public int Segments => Starts.Shape[0] - 1;

    /// <summary>Rows of each segment, i64 [segments].</summary>
    public Tensor Lengths => Starts.Slice(0, 1) - Starts.Slice(0, 0, Segments);

    /// <summary>Sorts rows by their segments' ids.</summary>
    /// <param name="ids">i64 [rows], each from 0 to segments-1, in any order.</param>
    /// <param name="segments">Number of segments.</param>
    /// <exception cref="ShapeException">An id is outside; on a device, at the latest when the host next reads from it.</exception>
    public static SegmentIndex From(Tensor ids, int segments)
    {
        ArgumentNullException.ThrowIfNull(ids);
        Tensor dense = ids.Contiguous();
        Tensor[] sorted = Dispatch.RunMany(new SegmentOrder(Check.AtLeast(segments, 0, "segment_order segments")), dense);
        return new SegmentIndex(dense, sorted[0], sorted[1]);
    }

    /// <summary>The same index kept over steps.</summary>
    public SegmentIndex Keep() => new(Ids.Keep(), Order.Keep(), Starts.Keep());

    /// <summary>Runs an op whose inputs are x and the index's tensors.</summary>
    internal Tensor Run(Op op, Tensor x) => Dispatch.Run(op, x.Contiguous(), Ids, Order, Starts);

    /// <summary>The index of a derivative rule whose op's inputs behind the first are an index.</summary>
    internal static SegmentIndex Of(Saved rule) => new(rule.Input(1), rule.Input(2), rule.Input(3));
}
