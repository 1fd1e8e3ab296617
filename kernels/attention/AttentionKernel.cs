using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// softmax(scale·q·kᵀ + bias)·v in memory linear in the number of keys (Rabe, Staats 2021; Dao et al. 2022, algorithm 1): a block of queries meets one block of keys after another, and keeps of each
/// row the largest score, the sum of exponentials and the sum of values so far. Blocks of scores stay in the second-level cache; products run on the matrix kernels. Limit: multiply-adds.
/// </summary>
public static unsafe class AttentionKernel
{
    /// <summary>Rows of a block of scores: a multiple of the register tiles' heights.</summary>
    internal const int QueryBlock = 96;

    /// <summary>Columns of a block of scores.</summary>
    internal const int KeyBlock = 256;

    /// <summary>
    /// y [items, queries, width] and the logarithms of the sums of exponentials [items, queries], from which the derivative makes the weights anew. A query that sees no key has y = 0 and the
    /// logarithm +∞, by which all its weights are 0.
    /// </summary>
    public static void Run<T>(in AttentionSizes sizes, T* q, T* k, T* v, T* bias, T* y, T* logs) where T : unmanaged
    {
        int blocks = Blocks(sizes.Queries, QueryBlock);
        Workers.ForShares(sizes.Items * blocks, Shares(sizes.Work), Blocking.IsLong(sizes.Work), new Body<T>(sizes, blocks, q, k, v, bias, y, logs));
    }

    internal static int Blocks(int count, int block) => (int)(((long)count + block - 1) / block);

    internal static int Shares(long work) => (int)Math.Min(int.MaxValue, work / Blocking.WorkPerThread);

    readonly struct Body<T>(AttentionSizes sizes, int blocks, T* q, T* k, T* v, T* bias, T* y, T* logs) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int piece = start; piece < end; piece++)
            {
                int item = piece / blocks, first = piece % blocks * QueryBlock, rows = Math.Min(QueryBlock, sizes.Queries - first);
                if (Vector512.IsHardwareAccelerated) Block<Lane512<T>>(item, first, rows);
                else if (Vector256.IsHardwareAccelerated) Block<Lane256<T>>(item, first, rows);
                else Block<Lane128<T>>(item, first, rows);
            }
        }

        void Block<V>(int item, int first, int rows) where V : struct, IRegister<V, T>
        {
            T* scores = Scratch.Work<T>((QueryBlock * KeyBlock) + (2 * QueryBlock)), largest = scores + (QueryBlock * KeyBlock), sums = largest + QueryBlock;
            long row = ((long)item * sizes.Queries) + first;
            T* queries = q + (row * sizes.Depth), target = y + (row * sizes.Width), own = bias == null ? null : bias + sizes.BiasStart(item) + (first * sizes.BiasRowStep);
            T* keys = k + ((long)item * sizes.Keys * sizes.Depth), values = v + ((long)item * sizes.Keys * sizes.Width);
            AttentionRows<V, T>.Begin(largest, sums, rows);
            int seen = sizes.IsCausal == 0 ? sizes.Keys : Math.Min(sizes.Keys, first + rows);
            if (seen == 0) new Span<T>(target, rows * sizes.Width).Clear();
            for (int key = 0; key < seen; key += KeyBlock)
            {
                int columns = Math.Min(KeyBlock, seen - key);
                var rest = new ScoreRows<T>(own == null ? null : own + key, (nint)sizes.BiasRowStep, sizes.IsCausal == 0 ? int.MaxValue : first - key + 1, sizes.Scale);
                MatMulKernel.Run(new MatMulShape(rows, columns, sizes.Depth, sizes.Depth, 1, 1, sizes.Depth, KeyBlock), queries, keys + ((long)key * sizes.Depth), scores, false);
                AttentionRows<V, T>.Take(scores, rows, columns, rest, largest, sums, key == 0 ? null : target, sizes.Width);
                MatMulKernel.Run(new MatMulShape(rows, sizes.Width, columns, KeyBlock, 1, sizes.Width, 1, sizes.Width), scores, values + ((long)key * sizes.Width), target, key > 0);
            }

            AttentionRows<V, T>.End(largest, sums, rows, target, sizes.Width, logs + row);
        }
    }
}
