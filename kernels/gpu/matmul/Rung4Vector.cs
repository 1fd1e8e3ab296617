using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Four f32, moved in one instruction.</summary>
public struct Float4
{
    internal float X, Y, Z, W;
}

/// <summary>
/// Rung 4: f32, 16 bytes an access from memory and from shared memory, and the loads of the next step under way during the arithmetic of this one. Dense operands whose columns and inner size
/// are multiples of 4; rows and tiles may be ragged. Launch: 256 threads; grid ⌈columns / 128⌉, ⌈rows / 128⌉, batch. Limit: the multipliers.
/// </summary>
public static class Rung4Vector
{
    const int Tile = 128, Inner = 8, Part = 8, Half = Tile / 2;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TFinish>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TFinish : unmanaged, IUnaryOperator
    {
        // Two buffers take turns, so that a step has one barrier.
        ArrayView<Float4> a4 = SharedMemory.Allocate<Float4>(2 * Inner * Tile / 4), b4 = SharedMemory.Allocate<Float4>(2 * Inner * Tile / 4);
        ArrayView<float> a = a4.Cast<float>();
        ArrayView<Float4> left4 = left.Cast<Float4>(), right4 = right.Cast<Float4>();
        int thread = Group.IdxX, across = thread & 15, down = thread >> 4;
        int firstRow = Grid.IdxY * Tile, firstColumn = Grid.IdxX * Tile;
        long batch = Grid.IdxZ;

        // What this thread brings: four neighbours of a row of the left tile, four of a row of the right one.
        int leftRow = firstRow + (thread >> 1), leftPlace = (thread & 1) * 4, rightRow = thread >> 5, rightColumn = firstColumn + ((thread & 31) * 4);
        long leftAt = ((batch * product.LeftBatchStep) + ((long)leftRow * product.Inner) + leftPlace) >> 2;
        long rightAt = ((batch * product.RightBatchStep) + ((long)rightRow * product.Columns) + rightColumn) >> 2;
        int rightStep = 2 * product.Columns;
        bool isRow = leftRow < product.Rows, isColumn = rightColumn < product.Columns;

        var sums = new float[Part * Part];
        for (int i = 0; i < Part * Part; i++) sums[i] = 0;
        var lefts = new float[Part];
        var rights = new float[Part];

        Float4 nextLeft = isRow && leftPlace < product.Inner ? left4[leftAt] : default;
        Float4 nextRight = isColumn && rightRow < product.Inner ? right4[rightAt] : default;
        int buffer = 0;
        for (int first = 0; first < product.Inner; first += Inner)
        {
            ArrayView<float> store = a.SubView((buffer * Inner * Tile) + (leftPlace * Tile) + (thread >> 1), (3 * Tile) + 1);
            store[0] = nextLeft.X;
            store[Tile] = nextLeft.Y;
            store[2 * Tile] = nextLeft.Z;
            store[3 * Tile] = nextLeft.W;
            b4[(buffer * Inner * Tile / 4) + thread] = nextRight;
            Group.Barrier();

            leftAt += Inner / 4;
            rightAt += rightStep;
            int next = first + Inner;
            nextLeft = isRow && next + leftPlace < product.Inner ? left4[leftAt] : default;
            nextRight = isColumn && next + rightRow < product.Inner ? right4[rightAt] : default;

            ArrayView<Float4> leftTile = a4.SubView((buffer * Inner * Tile / 4) + down, (Inner * Tile / 4) - 15);
            ArrayView<Float4> rightTile = b4.SubView((buffer * Inner * Tile / 4) + across, (Inner * Tile / 4) - 15);

            // Written out, since the assembler does not unroll a loop of this size, and one turn of it would wait for its own loads.
            Multiply(leftTile, rightTile, 0, lefts, rights, sums);
            Multiply(leftTile, rightTile, 1, lefts, rights, sums);
            Multiply(leftTile, rightTile, 2, lefts, rights, sums);
            Multiply(leftTile, rightTile, 3, lefts, rights, sums);
            Multiply(leftTile, rightTile, 4, lefts, rights, sums);
            Multiply(leftTile, rightTile, 5, lefts, rights, sums);
            Multiply(leftTile, rightTile, 6, lefts, rights, sums);
            Multiply(leftTile, rightTile, 7, lefts, rights, sums);
            buffer ^= 1;
        }

        ArrayView<Float4> target4 = target.Cast<Float4>();
        for (int i = 0; i < Part; i++)
        {
            int row = firstRow + (down * 4) + (i & 3) + ((i >> 2) * Half);
            if (row >= product.Rows) continue;
            for (int group = 0; group < 2; group++)
            {
                int column = firstColumn + (across * 4) + (group * Half);
                if (column >= product.Columns) continue;
                int at = (i * Part) + (group * 4);
                var result = new Float4
                {
                    X = Finish(sums[at], bias, column, product.HasBias, finish),
                    Y = Finish(sums[at + 1], bias, column + 1, product.HasBias, finish),
                    Z = Finish(sums[at + 2], bias, column + 2, product.HasBias, finish),
                    W = Finish(sums[at + 3], bias, column + 3, product.HasBias, finish),
                };
                target4[((((batch * product.Rows) + row) * product.Columns) + column) >> 2] = result;
            }
        }
    }

    // A thread's rows and columns are two groups of four, half a tile apart: neighbours then read neighbouring 16 bytes.
    static void Multiply(ArrayView<Float4> leftTile, ArrayView<Float4> rightTile, int k, float[] lefts, float[] rights, float[] sums)
    {
        Spread(leftTile[k * Tile / 4], lefts, 0);
        Spread(leftTile[(k * Tile / 4) + (Half / 4)], lefts, 4);
        Spread(rightTile[k * Tile / 4], rights, 0);
        Spread(rightTile[(k * Tile / 4) + (Half / 4)], rights, 4);
        for (int i = 0; i < Part; i++)
        {
            for (int j = 0; j < Part; j++) sums[(i * Part) + j] = Float32.MultiplyAdd(lefts[i], rights[j], sums[(i * Part) + j]);
        }
    }

    static void Spread(Float4 four, float[] numbers, int at)
    {
        numbers[at] = four.X;
        numbers[at + 1] = four.Y;
        numbers[at + 2] = four.Z;
        numbers[at + 3] = four.W;
    }

    internal static float Finish<TFinish>(float sum, ArrayView<float> bias, int column, int hasBias, TFinish finish) where TFinish : unmanaged, IUnaryOperator
    {
        if (hasBias != 0) sum = Float32.Add(sum, bias[column]);
        return finish.Apply(new Scalar32(sum)).Value;
    }
}
