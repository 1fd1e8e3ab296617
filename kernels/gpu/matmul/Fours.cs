using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Four f32 at a time between registers and memory.</summary>
static class Fours
{
    /// <summary>Numbers by which a step's lines in shared memory are more than a tile's, so that the stores of numbers along the sum go to different banks.</summary>
    public const int Padding = 4;

    /// <summary>
    /// sums += left · right for one step along the sum: a thread's rows and columns are groups of four, far apart in the tile, so that neighbours read neighbouring 16 bytes. The first of each is at a place in
    /// shared memory.
    /// </summary>
    public static void Multiply<TTile>(ArrayView<Float4> left, int leftAt, ArrayView<Float4> right, int rightAt, float[] lefts, float[] rights, float[] sums) where TTile : struct, ITile
    {
        for (int i = 0; i < TTile.ThreadRows; i += 4) Spread(left[leftAt + (i * (TTile.Rows / 4) / TTile.ThreadRows)], lefts, i);
        for (int j = 0; j < TTile.ThreadColumns; j += 4) Spread(right[rightAt + (j * (TTile.Columns / 4) / TTile.ThreadColumns)], rights, j);
        for (int i = 0; i < TTile.ThreadRows; i++)
        {
            for (int j = 0; j < TTile.ThreadColumns; j++)
                sums[(i * TTile.ThreadColumns) + j] = Float32.MultiplyAdd(lefts[i], rights[j], sums[(i * TTile.ThreadColumns) + j]);
        }
    }

    static void Spread(Float4 four, float[] numbers, int at)
    {
        numbers[at] = four.X;
        numbers[at + 1] = four.Y;
        numbers[at + 2] = four.Z;
        numbers[at + 3] = four.W;
    }

    /// <summary>Finishes four neighbouring sums of a row and writes those within the target.</summary>
    public static void Store<TFinish>(Float4 sums, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, int column, long place, TFinish finish)
        where TFinish : unmanaged, IUnaryOperator
    {
        int count = product.Columns - column;
        if (count <= 0) return;
        if (product.HasBias != 0)
        {
            sums.X = Float32.Add(sums.X, bias[column]);
            if (count > 1) sums.Y = Float32.Add(sums.Y, bias[column + 1]);
            if (count > 2) sums.Z = Float32.Add(sums.Z, bias[column + 2]);
            if (count > 3) sums.W = Float32.Add(sums.W, bias[column + 3]);
        }

        sums = new() { X = Apply(sums.X, finish), Y = Apply(sums.Y, finish), Z = Apply(sums.Z, finish), W = Apply(sums.W, finish) };
        if (product.StoresFours != 0)
        {
            ArrayView<Float4> target4 = target.Cast<Float4>();
            target4[place >> 2] = product.Accumulates != 0 ? Add(target4[place >> 2], sums) : sums;
            return;
        }

        ArrayView<float> four = target.SubView(place, Math.Min(count, 4));
        Single(four, 0, sums.X, product);
        if (count > 1) Single(four, 1, sums.Y, product);
        if (count > 2) Single(four, 2, sums.Z, product);
        if (count > 3) Single(four, 3, sums.W, product);
    }

    static void Single(ArrayView<float> four, int place, float sum, MatrixProduct product) =>
        four[place] = product.Accumulates != 0 ? Float32.Add(four[place], sum) : sum;

    /// <summary>Sums, one by one.</summary>
    public static Float4 Add(Float4 a, Float4 b) => new() { X = Float32.Add(a.X, b.X), Y = Float32.Add(a.Y, b.Y), Z = Float32.Add(a.Z, b.Z), W = Float32.Add(a.W, b.W) };

    static float Apply<TFinish>(float sum, TFinish finish) where TFinish : unmanaged, IUnaryOperator => finish.Apply(new Scalar32(sum)).Value;
}
