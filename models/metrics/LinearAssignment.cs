namespace Adjoint.Models;

/// <summary>Assignment of least cost by shortest augmenting paths with potentials (Kuhn 1955; Jonker, Volgenant 1987), cubic in the size.</summary>
static class LinearAssignment
{
    /// <summary>The column of each row, for row-major costs [rows, columns] with rows not above columns: the sum of the chosen costs is least.</summary>
    public static int[] Solve(ReadOnlySpan<double> costs, int rows, int columns)
    {
        // Row 0 and column 0 stand for "none".
        double[] rowPotential = new double[rows + 1], columnPotential = new double[columns + 1], slack = new double[columns + 1];
        int[] rowOf = new int[columns + 1], previous = new int[columns + 1];
        var visited = new bool[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            rowOf[0] = row;
            int column = 0;
            Array.Fill(slack, double.PositiveInfinity);
            Array.Clear(visited);
            do
            {
                visited[column] = true;
                int current = rowOf[column], next = 0;
                double least = double.PositiveInfinity;
                for (int j = 1; j <= columns; j++)
                {
                    if (visited[j]) continue;
                    double reduced = costs[((current - 1) * columns) + j - 1] - rowPotential[current] - columnPotential[j];
                    if (reduced < slack[j])
                    {
                        slack[j] = reduced;
                        previous[j] = column;
                    }

                    if (slack[j] < least)
                    {
                        least = slack[j];
                        next = j;
                    }
                }

                for (int j = 0; j <= columns; j++)
                {
                    if (visited[j])
                    {
                        rowPotential[rowOf[j]] += least;
                        columnPotential[j] -= least;
                    }
                    else
                    {
                        slack[j] -= least;
                    }
                }

                column = next;
            }
            while (rowOf[column] != 0);
            while (column != 0)
            {
                rowOf[column] = rowOf[previous[column]];
                column = previous[column];
            }
        }

        var chosen = new int[rows];
        for (int j = 1; j <= columns; j++)
        {
            if (rowOf[j] > 0) chosen[rowOf[j] - 1] = j - 1;
        }

        return chosen;
    }
}
