namespace Adjoint;

/// <summary>A computation on the rows of segments. Inputs: x, then ids, order and starts of a <see cref="SegmentIndex"/>, which derivative rules use again.</summary>
public abstract record SegmentOp : NumberOp
{
    // Columns that lie beside each other so many a row are read by a thread each; else a warp takes a column of a segment.
    const int LeastNeighbours = 32;

    private protected const Saves Index = (Saves)(2 | 4 | 8);

    public override Saves Saves => Index;

    /// <summary>Whether integers are taken.</summary>
    private protected virtual bool TakesIntegers => false;

    /// <summary>Whether x has a row for each segment instead of each row.</summary>
    private protected virtual bool TakesSegments => false;

    /// <summary>Checks the operands and returns the number of segments.</summary>
    private protected int RequireIndex(ReadOnlySpan<Tensor> inputs)
    {
        Require.Number(Name, inputs[0], TakesIntegers);
        Require.MinimumRank(Name, "the input", inputs[0], 1);
        for (int i = 1; i < 4; i++)
        {
            Require.Type(Name, "the index", inputs[i], DType.I64);
            Require.Rank(Name, "the index", inputs[i], 1);
        }

        int segments = inputs[3].Shape[0] - 1, expected = TakesSegments ? segments : inputs[1].Shape[0];
        if (inputs[0].Shape[0] != expected)
        {
            string what = TakesSegments ? "segment" : "row";
            throw new ShapeException($"{Name}: the input {inputs[0].Shape} does not have one row for each of the index's {expected} {what}s. Pass [{expected}, ...], or make the index from its ids.");
        }

        return segments;
    }

    /// <summary>Elements of a row.</summary>
    private protected static int Columns(Tensor x) => x.Shape.CountOf(1..);

    /// <summary>Begins a launch of a team for each segment and column.</summary>
    private protected static KernelCall CallTeams(LaunchQueue queue, TeamKernels kernels, DType dtype, int segments, int columns)
    {
        long items = (long)segments * columns;
        return queue.HasWarps && columns < LeastNeighbours ? queue.Call(kernels.Of(dtype, Team.Warp), 32 * items) : queue.Call(kernels.Of(dtype, Team.Thread), items);
    }
}
