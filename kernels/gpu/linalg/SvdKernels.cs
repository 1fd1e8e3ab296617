using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Singular values and vectors by parallel rotations of pairs of columns.</summary>
public static class SvdKernels
{
    const int MaximumSweeps = 40;

    /// <summary>
    /// a = u·s·vᵀ for a [batch, rows, columns] with at least as many rows as columns: u [batch, rows, columns], s [batch, columns] descending, v [batch, columns, columns], the largest number of each of its columns positive.
    /// Layout: a block a matrix; half as many pairs as there are columns are turned at once. Work: rows·columns + columns² + columns + 1 numbers a matrix. Launch: a block of up to 256 threads a matrix. Limit: sums
    /// over rows by a thread a pair.
    /// </summary>
    public static void Svd<V>(ArrayView<V> a, ArrayView<V> u, ArrayView<V> s, ArrayView<V> v, ArrayView<V> work, int rows, int columns) where V : unmanaged, ILane<V>
    {
        ArrayView<int> changed = SharedMemory.Allocate<int>(1);
        int size = rows * columns, square = columns * columns, players = columns + (columns & 1), tables = players / 2;
        long input = (long)Grid.IdxX * size, g = (long)Grid.IdxX * (size + square + columns + 1), lines = g + size, turns = lines + square;
        for (int i = Group.IdxX; i < size; i += Group.DimX) work[g + i] = a[input + i];
        for (int i = Group.IdxX; i < square; i += Group.DimX) work[lines + i] = V.From(i / columns == i % columns ? 1 : 0);
        V tolerance = V.From(V.IsDouble ? 8.9e-16 : 4.8e-7);
        for (int sweep = 0; sweep < MaximumSweeps; sweep++)
        {
            Group.Barrier();
            if (Group.IdxX == 0) changed[0] = 0;
            Group.Barrier();
            for (int round = 0; round < players - 1; round++)
            {
                for (int table = Group.IdxX; table < tables; table += Group.DimX)
                {
                    int p = BlockSums.First(table, round, players), q = BlockSums.Second(table, round, players);
                    V cosine = V.From(1), sine = V.From(0);
                    if (p < columns && q < columns)
                    {
                        V first = sine, second = sine, product = sine;
                        for (int row = 0; row < rows; row++)
                        {
                            V x = work[g + ((long)row * columns) + p], y = work[g + ((long)row * columns) + q];
                            first = V.MultiplyAdd(x, x, first);
                            second = V.MultiplyAdd(y, y, second);
                            product = V.MultiplyAdd(x, y, product);
                        }

                        if (V.AnyGreater(V.Abs(product) - (tolerance * V.Sqrt(first * second)), 0))
                        {
                            var turn = PlaneTurn<V>.Of(first, second, product);
                            cosine = turn.Cosine;
                            sine = turn.Sine;
                            changed[0] = 1;
                        }
                    }

                    work[turns + (2 * table)] = cosine;
                    work[turns + (2 * table) + 1] = sine;
                }

                Group.Barrier();
                for (int item = Group.IdxX; item < tables * (rows + columns); item += Group.DimX)
                {
                    int table = item / (rows + columns), i = item - (table * (rows + columns)), p = BlockSums.First(table, round, players), q = BlockSums.Second(table, round, players);
                    if (p >= columns || q >= columns) continue;
                    var turn = new PlaneTurn<V>(work[turns + (2 * table)], work[turns + (2 * table) + 1]);
                    if (i < rows) turn.Apply(work, g + ((long)i * columns) + p, g + ((long)i * columns) + q);
                    else turn.Apply(work, lines + ((long)p * columns) + (i - rows), lines + ((long)q * columns) + (i - rows));
                }

                Group.Barrier();
            }

            if (changed[0] == 0) break;
        }

        Finish(u, s, v, work, rows, columns, input, g, lines, turns);
    }

    static void Finish<V>(ArrayView<V> u, ArrayView<V> s, ArrayView<V> v, ArrayView<V> work, int rows, int columns, long left, long g, long lines, long lengths) where V : unmanaged, ILane<V>
    {
        long list = (long)Grid.IdxX * columns, right = list * columns;
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
        {
            V sum = V.From(0);
            for (int row = 0; row < rows; row++) sum = V.MultiplyAdd(work[g + ((long)row * columns) + i], work[g + ((long)row * columns) + i], sum);
            work[lengths + i] = V.Sqrt(sum);
            s[list + i] = sum / sum;
        }

        Group.Barrier();
        V greatest = V.From(0);
        for (int i = 0; i < columns; i++) greatest = V.Max(greatest, work[lengths + i]);
        V least = greatest * V.From(V.IsDouble ? 4.4e-16 : 2.4e-7);
        for (int i = Group.IdxX; i < columns; i += Group.DimX)
        {
            V length = work[lengths + i], largest = V.From(0);
            int rank = 0;
            for (int j = 0; j < columns; j++)
            {
                V difference = work[lengths + j] - length, number = work[lines + ((long)i * columns) + j];
                if (V.AnyGreater(difference, 0) || (j < i && V.AllWithin(difference, 0))) rank++;
                if (V.AnyGreater(V.Abs(number) - V.Abs(largest), 0)) largest = number;
            }

            s[list + rank] = length;
            V sign = V.CopySign(V.From(1), largest);
            for (int k = 0; k < columns; k++) v[right + ((long)k * columns) + rank] = sign * work[lines + ((long)i * columns) + k];
            for (int k = 0; k < rows; k++) u[left + ((long)k * columns) + rank] = sign * work[g + ((long)k * columns) + i] / length;
        }

        Group.Barrier();
        if (Group.IdxX != 0) return;
        for (int i = 0; i < columns; i++)
        {
            if (V.AnyGreater(s[list + i] - least, 0)) continue;
            Complete(u, rows, columns, left, i);
        }
    }

    // A unit vector that is orthogonal to the columns before: the first axis of which enough is left.
    static void Complete<V>(ArrayView<V> u, int rows, int columns, long left, int own) where V : unmanaged, ILane<V>
    {
        double enough = 0.5 / rows;
        for (int axis = 0; axis < rows; axis++)
        {
            for (int row = 0; row < rows; row++) u[left + ((long)row * columns) + own] = V.From(row == axis ? 1 : 0);
            V length = TakeAway(u, rows, columns, left, own);
            if (!V.AnyGreater(length, enough)) continue;
            Scale(u, rows, columns, left, own, V.From(1) / V.Sqrt(length));
            length = TakeAway(u, rows, columns, left, own);
            Scale(u, rows, columns, left, own, V.From(1) / V.Sqrt(length));
            return;
        }
    }

    static V TakeAway<V>(ArrayView<V> u, int rows, int columns, long left, int own) where V : unmanaged, ILane<V>
    {
        for (int other = 0; other < own; other++)
        {
            V product = V.From(0);
            for (int row = 0; row < rows; row++) product = V.MultiplyAdd(u[left + ((long)row * columns) + other], u[left + ((long)row * columns) + own], product);
            for (int row = 0; row < rows; row++)
            {
                long line = left + ((long)row * columns);
                u[line + own] = V.MultiplyAdd(-product, u[line + other], u[line + own]);
            }
        }

        V length = V.From(0);
        for (int row = 0; row < rows; row++) length = V.MultiplyAdd(u[left + ((long)row * columns) + own], u[left + ((long)row * columns) + own], length);
        return length;
    }

    static void Scale<V>(ArrayView<V> u, int rows, int columns, long left, int own, V factor) where V : unmanaged, ILane<V>
    {
        for (int row = 0; row < rows; row++) u[left + ((long)row * columns) + own] *= factor;
    }
}
