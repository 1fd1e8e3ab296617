using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What becomes of a product of one row and one column of a tile.</summary>
interface ITileFinish<V> where V : unmanaged, ILane<V>
{
    /// <summary>The number to keep in place of <paramref name="old"/>.</summary>
    V Apply(int row, int column, V product, V old);
}

/// <summary>
/// The two products of attention by a block of 256 threads, through shared memory: weights [64, 32] of rows and columns, and sums of 64 columns of a source by these weights. Thread t holds the rows
/// 4·(t / 16) and three more of both, and every sixteenth column from t % 16 on.
/// </summary>
static class AttentionTiles
{
    public const int Rows = 64, Columns = 32, Inner = 32, Width = 64, Threads = 256, ThreadRows = 4, Across = 16;

    /// <summary>Distance of neighbouring rows of the weights; odd, so that neighbouring rows lie in different banks.</summary>
    public const int Pitch = Columns + 1;

    /// <summary>Numbers of the tiles of operands, which take turns in one place.</summary>
    public const int OperandSize = (Inner * (Rows + 1)) + (Inner * Pitch);

    const int ThreadColumns = Columns / Across, SumColumns = Width / Across;

    /// <summary>Sums that a thread holds.</summary>
    public const int Sums = ThreadRows * SumColumns;

    /// <summary>weights = finish(left·rightᵀ) for some rows of each, of one length; missing rows count as zeros. Barriers stand at its start alone.</summary>
    public static void Multiply<V, TFinish>(
        ArrayView<V> left, long leftStart, int leftRows, ArrayView<V> right, long rightStart, int rightRows, int depth, ArrayView<V> tiles, ArrayView<V> weights, TFinish finish)
        where V : unmanaged, ILane<V>
        where TFinish : struct, ITileFinish<V>
    {
        int down = Group.IdxX / Across * ThreadRows, across = Group.IdxX % Across, second = Inner * (Rows + 1);
        var sums = new V[ThreadRows * ThreadColumns];
        var lefts = new V[ThreadRows];
        for (int i = 0; i < ThreadRows * ThreadColumns; i++) sums[i] = V.From(0);
        for (int first = 0; first == 0 || first < depth; first += Inner)
        {
            Group.Barrier();
            for (int i = Group.IdxX; i < Rows * Inner; i += Threads)
            {
                int k = i % Inner, row = i / Inner;
                tiles[(k * (Rows + 1)) + row] = row < leftRows && first + k < depth ? left[leftStart + ((long)row * depth) + first + k] : V.From(0);
            }

            for (int i = Group.IdxX; i < Columns * Inner; i += Threads)
            {
                int k = i % Inner, row = i / Inner;
                tiles[second + (k * Pitch) + row] = row < rightRows && first + k < depth ? right[rightStart + ((long)row * depth) + first + k] : V.From(0);
            }

            Group.Barrier();
            for (int k = 0; k < Inner; k++)
            {
                for (int i = 0; i < ThreadRows; i++) lefts[i] = tiles[(k * (Rows + 1)) + down + i];
                for (int j = 0; j < ThreadColumns; j++)
                {
                    V factor = tiles[second + (k * Pitch) + (j * Across) + across];
                    for (int i = 0; i < ThreadRows; i++) sums[(i * ThreadColumns) + j] = V.MultiplyAdd(lefts[i], factor, sums[(i * ThreadColumns) + j]);
                }
            }
        }

        for (int i = 0; i < ThreadRows; i++)
        {
            for (int j = 0; j < ThreadColumns; j++)
            {
                int column = (j * Across) + across, place = ((down + i) * Pitch) + column;
                weights[place] = finish.Apply(down + i, column, sums[(i * ThreadColumns) + j], weights[place]);
            }
        }
    }

    /// <summary>sums += weights·source for the columns from <paramref name="firstColumn"/> on of some rows of the source. Barriers stand before and behind the reads of the source.</summary>
    public static void Accumulate<V>(ArrayView<V> source, long start, int sourceRows, int width, int firstColumn, ArrayView<V> tiles, ArrayView<V> weights, V[] sums)
        where V : unmanaged, ILane<V>
    {
        int down = Group.IdxX / Across * ThreadRows, across = Group.IdxX % Across;
        Group.Barrier();
        for (int i = Group.IdxX; i < Columns * Width; i += Threads)
        {
            int column = i % Width, row = i / Width;
            tiles[i] = row < sourceRows && firstColumn + column < width ? source[start + ((long)row * width) + firstColumn + column] : V.From(0);
        }

        Group.Barrier();
        var factors = new V[ThreadRows];
        for (int k = 0; k < Columns; k++)
        {
            for (int i = 0; i < ThreadRows; i++) factors[i] = weights[((down + i) * Pitch) + k];
            for (int j = 0; j < SumColumns; j++)
            {
                V number = tiles[(k * Width) + (j * Across) + across];
                for (int i = 0; i < ThreadRows; i++) sums[(i * SumColumns) + j] = V.MultiplyAdd(factors[i], number, sums[(i * SumColumns) + j]);
            }
        }
    }

    /// <summary>Writes sums to the columns from <paramref name="firstColumn"/> on of some rows, each row times its factor where there are factors.</summary>
    public static void Store<V>(V[] sums, ArrayView<V> target, long start, int rows, int width, int firstColumn, ArrayView<V> factors, bool hasFactors)
        where V : unmanaged, ILane<V>
    {
        int down = Group.IdxX / Across * ThreadRows, across = Group.IdxX % Across;
        for (int i = 0; i < ThreadRows; i++)
        {
            for (int j = 0; j < SumColumns; j++)
            {
                int row = down + i, column = firstColumn + (j * Across) + across;
                if (row >= rows || column >= width) continue;
                V sum = sums[(i * SumColumns) + j];
                target[start + ((long)row * width) + column] = hasFactors ? sum * factors[row] : sum;
            }
        }
    }
}
