using Adjoint.Kernels;

namespace Adjoint;

/// <summary>What the ops of attention share: the check of their operands, and sizes as kernels take them.</summary>
static class AttentionShapes
{
    // What a block of the device's kernels makes of its result.
    const int TileRows = 64, TileColumns = 64, TileThreads = 256;

    /// <summary>Rejects operands that do not fit each other.</summary>
    public static void Check(string op, Tensor queries, Tensor keys, Tensor values, Tensor? bias)
    {
        Require.Float(op, queries);
        Require.SameType(op, queries, keys);
        Require.SameType(op, queries, values);
        Require.Rank(op, "the queries", queries, 4);
        Require.Rank(op, "the keys", keys, 4);
        Require.Rank(op, "the values", values, 4);
        Shape q = queries.Shape, k = keys.Shape, v = values.Shape;
        if (q[0] != k[0] || q[0] != v[0] || q[1] != k[1] || q[1] != v[1])
            throw new ShapeException($"{op}: queries {q}, keys {k} and values {v} differ in batches or heads. Expand them.");
        CheckInner(op, q, k, v);
        if (bias is null) return;
        Require.SameType(op, queries, bias);
        Require.Rank(op, "the bias", bias, 4);
        Require.BroadcastsTo(op, "the bias", bias.Shape, [q[0], q[1], q[2], k[2]]);
        if (bias.Shape[3] != k[2]) throw new ShapeException($"{op}: the bias {bias.Shape} has one number for all {k[2]} keys. Expand it along its last axis.");
    }

    /// <summary>Rejects queries, keys and values whose last two axes do not fit.</summary>
    public static void CheckInner(string op, Shape q, Shape k, Shape v)
    {
        if (q[-1] != k[-1]) throw new ShapeException($"{op}: queries {q} and keys {k} have vectors of {q[-1]} and of {k[-1]} numbers. Project one to the other's size.");
        if (k[-2] != v[-2]) throw new ShapeException($"{op}: there are {k[-2]} keys {k} and {v[-2]} values {v}. Pass a value for each key.");
    }

    /// <summary>Sizes of dense operands.</summary>
    public static AttentionSizes Sizes(Tensor queries, Tensor keys, Tensor values, Tensor? bias, bool causal, double scale)
    {
        long Step(int axis) => bias is null || bias.Shape[axis] == 1 ? 0 : bias.Layout.Strides[axis];
        return new()
        {
            Items = queries.Shape[0] * queries.Shape[1],
            Heads = Math.Max(1, queries.Shape[1]),
            Queries = queries.Shape[2],
            Keys = keys.Shape[2],
            Depth = queries.Shape[3],
            Width = values.Shape[3],
            Scale = scale,
            IsCausal = causal ? 1 : 0,
            HasBias = bias is null ? 0 : 1,
            BiasBatchStep = Step(0),
            BiasHeadStep = Step(1),
            BiasRowStep = Step(2),
        };
    }

    /// <summary>Blocks for so many rows and columns of a result for each of some items.</summary>
    public static LaunchGrid Grid(int items, int rows, int columns) =>
        new(checked(items * ((rows + TileRows - 1) / TileRows)), (columns + TileColumns - 1) / TileColumns, 1, TileThreads);
}
