using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Adjoint;

/// <summary>The search behind <see cref="LinearAssignment"/>, for no more rows than columns.</summary>
sealed class AugmentingPaths(double[] costs, int rows, int columns)
{
    // Distances from the row that a path starts at, and the rows that they come from; columns that are settled have an infinite distance in the third.
    readonly double[] distances = new double[columns];
    readonly double[] open = new double[columns];
    readonly int[] origins = new int[columns];
    readonly List<int> settled = [];

    public int Columns { get; } = columns;

    public int[] ColumnOfRow { get; } = Filled(rows);

    public int[] RowOfColumn { get; } = Filled(columns);

    public double[] RowDuals { get; } = new double[rows];

    public double[] ColumnDuals { get; } = new double[columns];

    static int[] Filled(int count)
    {
        var all = new int[count];
        Array.Fill(all, -1);
        return all;
    }

    public void Run()
    {
        if (rows == Columns) ReduceColumns();
        ReduceRows();
        for (int row = 0; row < rows; row++)
        {
            if (ColumnOfRow[row] < 0) Augment(row);
        }
    }

    // Column duals may be other than zero only where every column is assigned in the end.
    void ReduceColumns()
    {
        costs.AsSpan(0, Columns).CopyTo(ColumnDuals);
        for (int row = 1; row < rows; row++)
        {
            ReadOnlySpan<double> line = costs.AsSpan(row * Columns, Columns);
            for (int j = 0; j < line.Length; j++) ColumnDuals[j] = Math.Min(ColumnDuals[j], line[j]);
        }
    }

    // Each row takes its cheapest column by reduced costs if that is free.
    void ReduceRows()
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<double> line = costs.AsSpan(row * Columns, Columns);
            double least = double.PositiveInfinity;
            int place = -1;
            for (int j = 0; j < line.Length; j++)
            {
                double reduced = line[j] - ColumnDuals[j];
                if (reduced > least || (reduced == least && RowOfColumn[place] < 0)) continue;
                least = reduced;
                place = j;
            }

            if (place < 0) continue;
            RowDuals[row] = least;
            if (RowOfColumn[place] >= 0) continue;
            RowOfColumn[place] = row;
            ColumnOfRow[row] = place;
        }
    }

    // Dijkstra's search over reduced costs for the nearest free column, then the duals and the exchange along the path.
    void Augment(int start)
    {
        Array.Fill(distances, double.PositiveInfinity);
        Array.Fill(open, double.PositiveInfinity);
        settled.Clear();
        double least = 0;
        int row = start, sink = -1;
        while (sink < 0)
        {
            int column = Relax(row, least);
            least = open[column];
            distances[column] = least;
            open[column] = double.NaN;
            settled.Add(column);
            if (RowOfColumn[column] < 0) sink = column;
            else row = RowOfColumn[column];
        }

        RowDuals[start] += least;
        foreach (int column in settled)
        {
            if (column == sink) continue;
            double change = least - distances[column];
            RowDuals[RowOfColumn[column]] += change;
            ColumnDuals[column] -= change;
        }

        for (int column = sink; ;)
        {
            int origin = origins[column], next = ColumnOfRow[origin];
            RowOfColumn[column] = origin;
            ColumnOfRow[origin] = column;
            if (origin == start) return;
            column = next;
        }
    }

    // Shortens the distances of open columns by a row, and finds the nearest of them; settled ones hold NaN, which no comparison lets through.
    int Relax(int row, double from)
    {
        ref double line = ref costs[row * Columns], duals = ref MemoryMarshal.GetArrayDataReference(ColumnDuals), best = ref MemoryMarshal.GetArrayDataReference(open);
        double shift = from - RowDuals[row];
        Vector256<double> shifts = Vector256.Create(shift), nearest = Vector256.Create(double.PositiveInfinity);
        int j = 0;
        for (; j <= Columns - Vector256<double>.Count; j += Vector256<double>.Count)
        {
            Vector256<double> candidate = Vector256.LoadUnsafe(ref line, (nuint)j) - Vector256.LoadUnsafe(ref duals, (nuint)j) + shifts, held = Vector256.LoadUnsafe(ref best, (nuint)j);
            Vector256<double> shorter = Vector256.LessThan(candidate, held);
            if (shorter != Vector256<double>.Zero)
            {
                held = Vector256.ConditionalSelect(shorter, candidate, held);
                held.StoreUnsafe(ref best, (nuint)j);
                for (uint mask = shorter.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1) origins[j + int.TrailingZeroCount((int)mask)] = row;
            }

            nearest = Vector256.ConditionalSelect(Vector256.LessThan(held, nearest), held, nearest);
        }

        double least = Math.Min(Math.Min(nearest[0], nearest[1]), Math.Min(nearest[2], nearest[3]));
        for (; j < Columns; j++)
        {
            double candidate = Unsafe.Add(ref line, j) - ColumnDuals[j] + shift;
            if (candidate < open[j])
            {
                open[j] = candidate;
                origins[j] = row;
            }

            if (open[j] < least) least = open[j];
        }

        // A free column among equals ends the path.
        int place = -1, first = 0;
        while (true)
        {
            int found = open.AsSpan(first).IndexOf(least);
            if (found < 0) return place;
            place = first + found;
            if (RowOfColumn[place] < 0) return place;
            first = place + 1;
        }
    }
}
