using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// The reverse derivative of attention, block by block like <see cref="AttentionKernel"/>: the weights p = e^(scores - logs) are made anew, and with the cotangent t of the result and dots = Σ t·y of
/// each row, slopes s = p·(t·vᵀ - dots)·scale are what products carry on to queries, keys and values (Dao et al. 2022, algorithm 4).
/// </summary>
public static unsafe class AttentionDerivativeKernel
{
    const int QueryBlock = AttentionKernel.QueryBlock, KeyBlock = AttentionKernel.KeyBlock;

    /// <summary>toQ = s·k, toK = sᵀ·q, toV = pᵀ·t, in the shapes of q, k, v.</summary>
    public static void Run<T>(in AttentionSizes sizes, T* t, T* q, T* k, T* v, T* logs, T* dots, T* bias, T* toQ, T* toK, T* toV) where T : unmanaged
    {
        int queryBlocks = AttentionKernel.Blocks(sizes.Queries, QueryBlock), keyBlocks = AttentionKernel.Blocks(sizes.Keys, KeyBlock);
        int shares = AttentionKernel.Shares(2 * sizes.Work);
        bool isLong = Blocking.IsLong(sizes.Work);
        var operands = new Operands<T>(sizes, t, q, k, v, logs, dots, bias, toQ, toK, toV);

        // An attention on one thread makes each block once. Where there are fewer attentions than threads, blocks are made twice, once for the queries and once for keys and values: sums have the
        // same order, and so the same bits, on both ways.
        if (sizes.Items >= Workers.Threads || shares < 2) Workers.ForShares(sizes.Items, shares, isLong, new Items<T>(operands, queryBlocks, keyBlocks));
        else
        {
            Workers.ForShares(sizes.Items * queryBlocks, shares, isLong, new Queries<T>(operands, queryBlocks, keyBlocks));
            Workers.ForShares(sizes.Items * keyBlocks, shares, isLong, new Keys<T>(operands, queryBlocks, keyBlocks));
        }
    }

    readonly struct Items<T>(Operands<T> operands, int queryBlocks, int keyBlocks) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int item = start; item < end; item++)
            {
                for (int query = 0; query < queryBlocks; query++) operands.ClearQueries(item, query);
                for (int key = 0; key < keyBlocks; key++) operands.ClearKeys(item, key);
                for (int query = 0; query < queryBlocks; query++)
                {
                    for (int key = 0; key < keyBlocks; key++) operands.Block(item, query, key, true, true);
                }
            }
        }
    }

    readonly struct Queries<T>(Operands<T> operands, int queryBlocks, int keyBlocks) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int piece = start; piece < end; piece++)
            {
                operands.ClearQueries(piece / queryBlocks, piece % queryBlocks);
                for (int key = 0; key < keyBlocks; key++) operands.Block(piece / queryBlocks, piece % queryBlocks, key, true, false);
            }
        }
    }

    readonly struct Keys<T>(Operands<T> operands, int queryBlocks, int keyBlocks) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int piece = start; piece < end; piece++)
            {
                operands.ClearKeys(piece / keyBlocks, piece % keyBlocks);
                for (int query = 0; query < queryBlocks; query++) operands.Block(piece / keyBlocks, query, piece % keyBlocks, false, true);
            }
        }
    }

    readonly struct Operands<T>(AttentionSizes sizes, T* t, T* q, T* k, T* v, T* logs, T* dots, T* bias, T* toQ, T* toK, T* toV) where T : unmanaged
    {
        public void ClearQueries(int item, int block)
        {
            int first = block * QueryBlock;
            new Span<T>(toQ + ((((long)item * sizes.Queries) + first) * sizes.Depth), Math.Min(QueryBlock, sizes.Queries - first) * sizes.Depth).Clear();
        }

        public void ClearKeys(int item, int block)
        {
            int first = block * KeyBlock, count = Math.Min(KeyBlock, sizes.Keys - first);
            long row = ((long)item * sizes.Keys) + first;
            new Span<T>(toK + (row * sizes.Depth), count * sizes.Depth).Clear();
            new Span<T>(toV + (row * sizes.Width), count * sizes.Width).Clear();
        }

        /// <summary>Adds what one block of scores gives.</summary>
        public void Block(int item, int queryBlock, int keyBlock, bool forQueries, bool forKeys)
        {
            int query = queryBlock * QueryBlock, rows = Math.Min(QueryBlock, sizes.Queries - query), key = keyBlock * KeyBlock, columns = Math.Min(KeyBlock, sizes.Keys - key);
            if (sizes.IsCausal != 0) columns = Math.Min(columns, query + rows - key);
            if (columns <= 0) return;
            int depth = sizes.Depth, width = sizes.Width;
            long row = ((long)item * sizes.Queries) + query, column = ((long)item * sizes.Keys) + key;
            T* queries = q + (row * depth), keys = k + (column * depth), cotangents = t + (row * width);
            T* weights = Scratch.Work<T>(2 * QueryBlock * KeyBlock), slopes = weights + (QueryBlock * KeyBlock);
            MatMulKernel.Run(new MatMulShape(rows, columns, depth, depth, 1, 1, depth, KeyBlock), queries, keys, weights, false);
            MatMulKernel.Run(new MatMulShape(rows, columns, width, width, 1, 1, width, KeyBlock), cotangents, v + (column * width), slopes, false);
            T* own = bias == null ? null : bias + sizes.BiasStart(item) + (query * sizes.BiasRowStep) + key;
            var rest = new ScoreRows<T>(own, (nint)sizes.BiasRowStep, sizes.IsCausal == 0 ? int.MaxValue : query - key + 1, sizes.Scale);
            if (Vector512.IsHardwareAccelerated) AttentionRows<Lane512<T>, T>.Slopes(weights, slopes, rows, columns, rest, logs + row, dots + row);
            else if (Vector256.IsHardwareAccelerated) AttentionRows<Lane256<T>, T>.Slopes(weights, slopes, rows, columns, rest, logs + row, dots + row);
            else AttentionRows<Lane128<T>, T>.Slopes(weights, slopes, rows, columns, rest, logs + row, dots + row);
            if (forQueries) MatMulKernel.Run(new MatMulShape(rows, depth, columns, KeyBlock, 1, depth, 1, depth), slopes, keys, toQ + (row * depth), true);
            if (!forKeys) return;
            MatMulKernel.Run(new MatMulShape(columns, depth, rows, 1, KeyBlock, depth, 1, depth), slopes, queries, toK + (column * depth), true);
            MatMulKernel.Run(new MatMulShape(columns, width, rows, 1, KeyBlock, width, 1, width), weights, cotangents, toV + (column * width), true);
        }
    }
}
