using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Eigenvalues and eigenvectors by parallel Jacobi rotations.</summary>
public static class EigenKernels
{
    const int MaximumSweeps = 40;

    /// <summary>
    /// values [batch, order] ascending and vectors [batch, order, order] as columns, the largest number of each positive, of symmetric a of which the lower triangle is read. Layout: a block a matrix; in each round
    /// half as many pairs as there are columns are turned at once, in memory that the cache holds. Work: 2·order² + order + 1 numbers a matrix. Launch: a block of up to 256 threads a matrix. Limit: passes over
    /// the matrix, three a round. A matrix with NaN gives NaN.
    /// </summary>
    public static void Eigen<V>(ArrayView<V> a, ArrayView<V> values, ArrayView<V> vectors, ArrayView<V> work, int order) where V : unmanaged, ILane<V>
    {
        ArrayView<V> partial = SharedMemory.Allocate<V>(BlockSums.MostThreads);
        int square = order * order, players = order + (order & 1), tables = players / 2;
        long input = (long)Grid.IdxX * square, s = (long)Grid.IdxX * ((2L * square) + order + 1), lines = s + square, turns = lines + square, list = (long)Grid.IdxX * order;
        V nothing = V.From(0) / V.From(0);
        for (int i = Group.IdxX; i < square; i += Group.DimX)
        {
            int row = i / order, column = i - (row * order);
            work[s + i] = a[input + (row >= column ? i : (column * order) + row)];
            work[lines + i] = V.From(row == column ? 1 : 0);
            vectors[input + i] = nothing;
            if (i < order) values[list + i] = nothing;
        }

        Group.Barrier();
        V tolerance = V.From(V.IsDouble ? 1e-33 : 1e-15);
        for (int sweep = 0; sweep < MaximumSweeps; sweep++)
        {
            V off = V.From(0), all = off;
            for (int i = Group.IdxX; i < square; i += Group.DimX)
            {
                V number = work[s + i];
                all = V.MultiplyAdd(number, number, all);
                if (i / order != i % order) off = V.MultiplyAdd(number, number, off);
            }

            off = BlockSums.Sum(partial, off);
            all = BlockSums.Sum(partial, all);
            if (!V.AnyGreater(off - (all * tolerance), 0)) break;
            for (int round = 0; round < players - 1; round++)
            {
                for (int table = Group.IdxX; table < tables; table += Group.DimX)
                {
                    int p = BlockSums.First(table, round, players), q = BlockSums.Second(table, round, players);
                    V cosine = V.From(1), sine = V.From(0);
                    if (p < order && q < order && !V.AllWithin(work[s + ((long)p * order) + q], 0))
                    {
                        var turn = PlaneTurn<V>.Of(work[s + ((long)p * order) + p], work[s + ((long)q * order) + q], work[s + ((long)p * order) + q]);
                        cosine = turn.Cosine;
                        sine = turn.Sine;
                    }

                    work[turns + (2 * table)] = cosine;
                    work[turns + (2 * table) + 1] = sine;
                }

                Group.Barrier();
                for (int item = Group.IdxX; item < tables * order; item += Group.DimX)
                {
                    int table = item / order, i = item - (table * order), p = BlockSums.First(table, round, players), q = BlockSums.Second(table, round, players);
                    if (p >= order || q >= order) continue;
                    var turn = new PlaneTurn<V>(work[turns + (2 * table)], work[turns + (2 * table) + 1]);
                    turn.Apply(work, s + ((long)i * order) + p, s + ((long)i * order) + q);
                    turn.Apply(work, lines + ((long)p * order) + i, lines + ((long)q * order) + i);
                }

                Group.Barrier();
                for (int item = Group.IdxX; item < tables * order; item += Group.DimX)
                {
                    int table = item / order, i = item - (table * order), p = BlockSums.First(table, round, players), q = BlockSums.Second(table, round, players);
                    if (p >= order || q >= order) continue;
                    var turn = new PlaneTurn<V>(work[turns + (2 * table)], work[turns + (2 * table) + 1]);
                    turn.Apply(work, s + ((long)p * order) + i, s + ((long)q * order) + i);
                }

                Group.Barrier();
            }
        }

        for (int i = Group.IdxX; i < order; i += Group.DimX)
        {
            V value = work[s + ((long)i * order) + i], largest = V.From(0);
            int rank = 0;
            for (int j = 0; j < order; j++)
            {
                V difference = value - work[s + ((long)j * order) + j], number = work[lines + ((long)i * order) + j];
                if (V.AnyGreater(difference, 0) || (j < i && V.AllWithin(difference, 0))) rank++;
                if (V.AnyGreater(V.Abs(number) - V.Abs(largest), 0)) largest = number;
            }

            values[list + rank] = value;
            V sign = V.CopySign(V.From(1), largest);
            for (int k = 0; k < order; k++) vectors[input + ((long)k * order) + rank] = sign * work[lines + ((long)i * order) + k];
        }
    }
}
