using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Takes the sums of a warp to memory, with bias and finish, two neighbours at a time: columns are even.</summary>
static class WarpResults
{
    public static void Store<TFinish>(SumsTile sums, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish, int firstRow, int firstColumn)
        where TFinish : unmanaged, IUnaryOperator
    {
        Store(sums.A, bias, target, product, finish, firstRow, firstColumn);
        Store(sums.B, bias, target, product, finish, firstRow + 16, firstColumn);
        Store(sums.C, bias, target, product, finish, firstRow + 32, firstColumn);
        Store(sums.D, bias, target, product, finish, firstRow + 48, firstColumn);
    }

    static void Store<TFinish>(SumsRow sums, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish, int firstRow, int firstColumn)
        where TFinish : unmanaged, IUnaryOperator
    {
        Store(sums.A, bias, target, product, finish, firstRow, firstColumn);
        Store(sums.B, bias, target, product, finish, firstRow, firstColumn + 8);
        Store(sums.C, bias, target, product, finish, firstRow, firstColumn + 16);
        Store(sums.D, bias, target, product, finish, firstRow, firstColumn + 24);
    }

    static void Store<TFinish>(Sums sums, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish, int firstRow, int firstColumn)
        where TFinish : unmanaged, IUnaryOperator
    {
        int row = firstRow + (WarpTeam.Member / 4), column = firstColumn + (WarpTeam.Member % 4 * 2);
        if (column >= product.Columns) return;
        Float2 shift = product.HasBias != 0 ? bias.Cast<Float2>()[column >> 1] : default;
        ArrayView<Float2> target2 = target.Cast<Float2>();
        long place = (((((long)Grid.IdxZ * product.Rows) + row) * product.Columns) + column) >> 1;
        if (row < product.Rows) target2[place] = Finish(sums.A, sums.B, shift, finish);
        if (row + 8 < product.Rows) target2[place + (4L * product.Columns)] = Finish(sums.C, sums.D, shift, finish);
    }

    static Float2 Finish<TFinish>(float first, float second, Float2 shift, TFinish finish) where TFinish : unmanaged, IUnaryOperator => new()
    {
        X = finish.Apply(new Scalar32(Float32.Add(first, shift.X))).Value,
        Y = finish.Apply(new Scalar32(Float32.Add(second, shift.Y))).Value,
    };

    struct Float2
    {
        internal float X, Y;
    }
}
