using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Takes the sums of a warp to memory, with bias and finish, two neighbours at a time where the target allows it.</summary>
static class WarpResults
{
    public static void Store<TFinish>(SumsTile sums, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, Share share, TFinish finish, int firstRow, int firstColumn)
        where TFinish : unmanaged, IUnaryOperator
    {
        Store(sums.A, bias, target, product, share, finish, firstRow, firstColumn);
        Store(sums.B, bias, target, product, share, finish, firstRow + 16, firstColumn);
        Store(sums.C, bias, target, product, share, finish, firstRow + 32, firstColumn);
        Store(sums.D, bias, target, product, share, finish, firstRow + 48, firstColumn);
    }

    static void Store<TFinish>(SumsRow sums, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, Share share, TFinish finish, int firstRow, int firstColumn)
        where TFinish : unmanaged, IUnaryOperator
    {
        Store(sums.A, bias, target, product, share, finish, firstRow, firstColumn);
        Store(sums.B, bias, target, product, share, finish, firstRow, firstColumn + 8);
        Store(sums.C, bias, target, product, share, finish, firstRow, firstColumn + 16);
        Store(sums.D, bias, target, product, share, finish, firstRow, firstColumn + 24);
    }

    /// <summary>The same for 16 x 8 of the target.</summary>
    public static void Store<TFinish>(Sums sums, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, Share share, TFinish finish, int firstRow, int firstColumn)
        where TFinish : unmanaged, IUnaryOperator
    {
        int row = firstRow + (WarpTeam.Member / 4), column = firstColumn + (WarpTeam.Member % 4 * 2), count = product.Columns - column;
        if (count <= 0) return;
        float first = product.HasBias != 0 ? bias[column] : 0, second = product.HasBias != 0 && count > 1 ? bias[column + 1] : 0;
        long place = share.Place(product, row, column);
        if (row < product.Rows) Store(sums.A, sums.B, first, second, target, product, place, count, finish);
        if (row + 8 < product.Rows) Store(sums.C, sums.D, first, second, target, product, place + (8L * product.Columns), count, finish);
    }

    static void Store<TFinish>(float first, float second, float firstBias, float secondBias, ArrayView<float> target, MatrixProduct product, long place, int count, TFinish finish)
        where TFinish : unmanaged, IUnaryOperator
    {
        var pair = new Float2
        {
            X = finish.Apply(new Scalar32(Float32.Add(first, firstBias))).Value,
            Y = finish.Apply(new Scalar32(Float32.Add(second, secondBias))).Value,
        };
        if (product.StoresFours != 0)
        {
            ArrayView<Float2> target2 = target.Cast<Float2>();
            if (product.Accumulates != 0)
            {
                Float2 before = target2[place >> 1];
                pair = new() { X = Float32.Add(before.X, pair.X), Y = Float32.Add(before.Y, pair.Y) };
            }

            target2[place >> 1] = pair;
            return;
        }

        target[place] = product.Accumulates != 0 ? Float32.Add(target[place], pair.X) : pair.X;
        if (count > 1) target[place + 1] = product.Accumulates != 0 ? Float32.Add(target[place + 1], pair.Y) : pair.Y;
    }

    struct Float2
    {
        internal float X, Y;
    }
}
