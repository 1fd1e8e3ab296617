using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Squared distances of all pairs of rows, and the nearest rows, by <see cref="DistanceTile{T}"/>: some hundred rows of x meet block after block of y, each turned once for them. The nearest need no matrix of all
/// pairs: each block's distances are looked through while they are in the first-level cache. Threads share the rows of x. Limit: arithmetic.
/// </summary>
public static unsafe class DistanceKernel
{
    const int LeastAbreast = 64, MostAbreast = 512, Block = 128, MinimumPerWorker = 16384, SharesPerThread = 4;

    /// <summary>z[b, i, j] = Σ (x[b, i, k] - y[b, j, k])² for x [batch, rows, width], y [batch, others, width].</summary>
    public static void Squares<T>(T* x, T* y, T* z, int batch, int rows, int others, int width) where T : unmanaged, INumber<T> =>
        Run(new Body<T>(x, y, z, null, rows, others, width, 0), batch, rows, others, width);

    /// <summary>z[i, j] = place of the j-th nearest of the rows of y [others, width] to row i of x [rows, width]; the first of equally near ones; rows with NaN come last.</summary>
    public static void Nearest<T>(T* x, T* y, long* z, int rows, int others, int width, int count) where T : unmanaged, INumber<T> =>
        Run(new Body<T>(x, y, null, z, rows, others, width, count), 1, rows, others, width);

    static void Run<T>(in Body<T> body, int batch, int rows, int others, int width) where T : unmanaged, INumber<T>
    {
        int blocks = (rows + body.Abreast - 1) / body.Abreast;
        long each = Math.Max(1, (long)body.Abreast * others * Math.Max(1, width));
        Workers.For(batch * blocks, (int)Math.Max(1, MinimumPerWorker / each), body);
    }

    readonly struct Body<T>(T* x, T* y, T* squares, long* nearest, int rows, int others, int width, int count) : IRangeBody where T : unmanaged, INumber<T>
    {
        // Turning a block pays off the more rows meet it, but every thread wants its share of them.
        public int Abreast { get; } = Math.Clamp(rows / (SharesPerThread * Workers.Threads) / DistanceTile<T>.Rows * DistanceTile<T>.Rows, LeastAbreast, MostAbreast);

        public void Run(int start, int end)
        {
            if (Vector512.IsHardwareAccelerated) Blocks<Lane512<T>>(start, end);
            else if (Vector256.IsHardwareAccelerated) Blocks<Lane256<T>>(start, end);
            else Blocks<Lane128<T>>(start, end);
        }

        void Blocks<V>(int start, int end) where V : struct, IRegister<V, T>
        {
            long tileRoom = DistanceTile<T>.Room(Block, width), distanceRoom = DistanceTile<T>.Rows * Block;
            T* room = OrderRoom.Of<T>(tileRoom + distanceRoom + ((long)Abreast * count)), distances = room + tileRoom, best = distances + distanceRoom;
            var tile = new DistanceTile<T>(room, Block, width);
            int blocks = (rows + Abreast - 1) / Abreast;
            for (int item = start; item < end; item++)
            {
                int b = item / blocks, first = (item - (b * blocks)) * Abreast, last = Math.Min(rows, first + Abreast);
                for (int other = 0; other < others; other += Block)
                {
                    int held = Math.Min(Block, others - other);
                    tile.Pack(y + ((((long)b * others) + other) * width), held);
                    for (int row = first; row < last; row += DistanceTile<T>.Rows)
                    {
                        int together = Math.Min(DistanceTile<T>.Rows, last - row);
                        tile.Run<V>(x + ((((long)b * rows) + row) * width), together, distances);
                        for (int r = 0; r < together; r++)
                        {
                            if (squares != null) new Span<T>(distances + (r * Block), held).CopyTo(new Span<T>(squares + ((((long)b * rows) + row + r) * others) + other, held));
                            else Select(row + r, best + ((long)(row - first + r) * count), distances + (r * Block), other, held);
                        }
                    }
                }
            }
        }

        void Select(int row, T* best, T* distances, int other, int held)
        {
            var selection = new TopKernel.Selection<T>(best, nearest + ((long)row * count), count, false, Math.Min(other, count));
            selection.Add(distances, held, other);
        }
    }
}
