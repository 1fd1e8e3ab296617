namespace Adjoint;

/// <summary>
/// A best assignment and its proof: duals with row + column at most the cost everywhere (at least, where the sum was made largest) and equal to it where assigned.
/// </summary>
/// <param name="ColumnOfRow">The column of each row; -1 for rows that have none because there are more of them.</param>
/// <param name="Cost">Sum of the costs of what is assigned.</param>
/// <param name="RowDuals">One a row.</param>
/// <param name="ColumnDuals">One a column.</param>
public sealed record Assignment(IReadOnlyList<int> ColumnOfRow, double Cost, IReadOnlyList<double> RowDuals, IReadOnlyList<double> ColumnDuals)
{
    /// <summary>The columns as i64 [rows], for <see cref="TensorMath.Select"/>.</summary>
    /// <exception cref="ShapeException">There are more rows than columns.</exception>
    public Tensor Columns
    {
        get
        {
            if (ColumnOfRow.Contains(-1)) throw new ShapeException($"assignment: {ColumnOfRow.Count} rows are more than the columns, so some have none. Transpose the costs.");
            return Tensor.From([.. ColumnOfRow.Select(static column => (long)column)]);
        }
    }
}

/// <summary>
/// Exact linear assignment on the host: as many pairs of a row and a column as there can be, none twice, of least total cost. Shortest augmenting paths after a greedy start from reduced
/// costs: Jonker, Volgenant 1987; rectangular form after Crouse 2016. O(n³) at worst.
/// </summary>
public static class LinearAssignment
{
    /// <summary>The best assignment of a matrix of costs [rows, columns].</summary>
    /// <param name="cost">f32 or f64; no NaN or infinity.</param>
    /// <param name="maximise">Whether the total is to be largest.</param>
    /// <exception cref="ShapeException">The costs are no matrix.</exception>
    /// <exception cref="SolverException">A cost is not finite.</exception>
    /// <exception cref="PlanException">Inside a recorded step.</exception>
    public static Assignment Solve(Tensor cost, bool maximise = false)
    {
        ArgumentNullException.ThrowIfNull(cost);
        Recorder.Forbid("Linear assignment reads its costs on the host", "Assign between steps and pass the columns in as a tensor, or use Sinkhorn.Solve inside plans.");
        Require.Float("assignment", cost);
        Require.Rank("assignment", "the cost", cost, 2);
        int rows = cost.Shape[0], columns = cost.Shape[1];
        bool isTurned = rows > columns;
        double[] costs = (isTurned ? cost.Detach().Transpose() : cost.Detach()).To(DType.F64).Read<double>();
        for (int i = 0; i < costs.Length; i++)
        {
            if (!double.IsFinite(costs[i])) throw new SolverException($"assignment: a cost is {costs[i]}. Put a large number for pairs that must not be.");
            if (maximise) costs[i] = -costs[i];
        }

        var search = new AugmentingPaths(costs, Math.Min(rows, columns), Math.Max(rows, columns));
        search.Run();
        double total = 0;
        for (int i = 0; i < search.ColumnOfRow.Length; i++) total += costs[((long)i * search.Columns) + search.ColumnOfRow[i]];
        double[] rowDuals = search.RowDuals, columnDuals = search.ColumnDuals;
        if (maximise)
        {
            total = -total;
            rowDuals = Array.ConvertAll(rowDuals, static dual => -dual);
            columnDuals = Array.ConvertAll(columnDuals, static dual => -dual);
        }

        return isTurned ? new(search.RowOfColumn, total, columnDuals, rowDuals) : new(search.ColumnOfRow, total, rowDuals, columnDuals);
    }
}
