namespace Adjoint.Kernels;

/// <summary>The rows of each segment, by counting: stable, so that rows of a segment keep their order. Limit: latency of counting, twice over the ids.</summary>
public static unsafe class SegmentOrderKernel
{
    /// <summary>starts[s] … starts[s+1] - 1 are the places in <paramref name="order"/> of segment s's rows; ids, order [rows], starts [segments + 1], every id in 0 … segments-1.</summary>
    public static void Run(long* ids, long* order, long* starts, int rows, int segments)
    {
        new Span<long>(starts, segments + 1).Clear();
        for (int row = 0; row < rows; row++) starts[ids[row] + 1]++;

        // Each start moves on by its segment's rows as these are placed, and so ends as the next one's; moved back by one segment they are starts again.
        for (int s = 0; s < segments; s++) starts[s + 1] += starts[s];
        for (int row = 0; row < rows; row++) order[starts[ids[row]]++] = row;
        for (int s = segments; s > 0; s--) starts[s] = starts[s - 1];
        starts[0] = 0;
    }
}
