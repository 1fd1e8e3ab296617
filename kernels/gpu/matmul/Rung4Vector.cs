using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Four f32, moved in one instruction.</summary>
public struct Float4
{
    internal float X, Y, Z, W;
}

/// <summary>
/// Rung 4: f32, 16 bytes an access from memory and from shared memory, and the loads of the next step under way during the arithmetic of this one. Operands lie as their accesses say; sizes may be
/// ragged. Launch: 256 threads. Limit: the multipliers.
/// </summary>
public static class Rung4Vector
{
    const int Padding = Fours.Padding;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TLeft, TRight, TFinish>(
        ArrayView<float> left, ArrayView<float> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, ITile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
        where TFinish : unmanaged, IUnaryOperator
    {
        // Two buffers take turns, so that a step has one barrier.
        int leftWidth = TTile.Rows + Padding, rightWidth = TTile.Columns + Padding;
        ArrayView<Float4> a4 = SharedMemory.Allocate<Float4>(2 * TTile.Inner * (TTile.Rows + Padding) / 4), b4 = SharedMemory.Allocate<Float4>(2 * TTile.Inner * (TTile.Columns + Padding) / 4);
        ArrayView<float> a = a4.Cast<float>(), b = b4.Cast<float>();
        int thread = Group.IdxX, across = thread % (TTile.Columns / TTile.ThreadColumns), down = thread / (TTile.Columns / TTile.ThreadColumns);
        var share = Share.Of(product, TTile.Rows, TTile.Columns);
        ArrayView<Share> kept = SharedMemory.Allocate<Share>(1);
        if (thread == 0) kept[0] = share;
        Bringer<TLeft> bringsLeft = Bringer<TLeft>.OfLeft(thread, TTile.Rows, TTile.Inner, product, share);
        Bringer<TRight> bringsRight = Bringer<TRight>.OfRight(thread, TTile.Columns, TTile.Inner, product, share);

        var sums = new float[TTile.ThreadRows * TTile.ThreadColumns];
        for (int i = 0; i < TTile.ThreadRows * TTile.ThreadColumns; i++) sums[i] = 0;
        var lefts = new float[TTile.ThreadRows];
        var rights = new float[TTile.ThreadColumns];

        int rest = share.End - share.First, buffer = 0;
        Float4 nextLeft = bringsLeft.Load(left, product.LeftRowStep, product.LeftInnerStep, rest);
        Float4 nextRight = bringsRight.Load(right, product.RightColumnStep, product.RightInnerStep, rest);
        for (; rest > 0; rest -= TTile.Inner)
        {
            bringsLeft.Store(a, buffer * TTile.Inner * leftWidth, leftWidth, nextLeft);
            bringsRight.Store(b, buffer * TTile.Inner * rightWidth, rightWidth, nextRight);
            Group.Barrier();

            bringsLeft.Advance(TTile.Inner, product.LeftInnerStep);
            bringsRight.Advance(TTile.Inner, product.RightInnerStep);
            nextLeft = bringsLeft.Load(left, product.LeftRowStep, product.LeftInnerStep, rest - TTile.Inner);
            nextRight = bringsRight.Load(right, product.RightColumnStep, product.RightInnerStep, rest - TTile.Inner);

            ArrayView<Float4> leftTile = a4.SubView((buffer * TTile.Inner * leftWidth / 4) + down, (TTile.Inner * leftWidth / 4) - down);
            ArrayView<Float4> rightTile = b4.SubView((buffer * TTile.Inner * rightWidth / 4) + across, (TTile.Inner * rightWidth / 4) - across);

            // Written out, since the assembler does not unroll a loop of this size, and one turn of it would wait for its own loads.
            MultiplyEight<TTile>(leftTile, rightTile, 0, lefts, rights, sums);
            if (TTile.Inner > 8) MultiplyEight<TTile>(leftTile, rightTile, 8, lefts, rights, sums);
            buffer ^= 1;
        }

        // Kept in shared memory until here: beside the sums, a loop's registers have no room for what a long finish needs as well.
        Group.Barrier();
        share = kept[0];

        // Written out as well: the sums would not stay in registers if a loop remained that picks one.
        int row = share.Row + (down * 4), column = share.Column + (across * 4);
        StoreRows<TTile, TFinish>(sums, 0, row, column, bias, target, product, share, finish);
        if (TTile.ThreadRows > 4) StoreRows<TTile, TFinish>(sums, 4, row + (TTile.Rows / 2), column, bias, target, product, share, finish);
    }

    static void StoreRows<TTile, TFinish>(float[] sums, int i, int row, int column, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, Share share, TFinish finish)
        where TTile : struct, ITile
        where TFinish : unmanaged, IUnaryOperator
    {
        StoreRow<TTile, TFinish>(sums, i * TTile.ThreadColumns, row, column, bias, target, product, share, finish);
        StoreRow<TTile, TFinish>(sums, (i + 1) * TTile.ThreadColumns, row + 1, column, bias, target, product, share, finish);
        StoreRow<TTile, TFinish>(sums, (i + 2) * TTile.ThreadColumns, row + 2, column, bias, target, product, share, finish);
        StoreRow<TTile, TFinish>(sums, (i + 3) * TTile.ThreadColumns, row + 3, column, bias, target, product, share, finish);
    }

    static void StoreRow<TTile, TFinish>(float[] sums, int at, int row, int column, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, Share share, TFinish finish)
        where TTile : struct, ITile
        where TFinish : unmanaged, IUnaryOperator
    {
        if (row >= product.Rows) return;
        long place = share.Place(product, row, column);
        StoreFour(sums, at, column, place, bias, target, product, finish);
        if (TTile.ThreadColumns > 4) StoreFour(sums, at + 4, column + (TTile.Columns / 2), place + (TTile.Columns / 2), bias, target, product, finish);
    }

    static void StoreFour<TFinish>(float[] sums, int at, int column, long place, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TFinish : unmanaged, IUnaryOperator =>
        Fours.Store(new() { X = sums[at], Y = sums[at + 1], Z = sums[at + 2], W = sums[at + 3] }, bias, target, product, column, place, finish);

    static void MultiplyEight<TTile>(ArrayView<Float4> leftTile, ArrayView<Float4> rightTile, int k, float[] lefts, float[] rights, float[] sums) where TTile : struct, ITile
    {
        Multiply<TTile>(leftTile, rightTile, k, lefts, rights, sums);
        Multiply<TTile>(leftTile, rightTile, k + 1, lefts, rights, sums);
        Multiply<TTile>(leftTile, rightTile, k + 2, lefts, rights, sums);
        Multiply<TTile>(leftTile, rightTile, k + 3, lefts, rights, sums);
        Multiply<TTile>(leftTile, rightTile, k + 4, lefts, rights, sums);
        Multiply<TTile>(leftTile, rightTile, k + 5, lefts, rights, sums);
        Multiply<TTile>(leftTile, rightTile, k + 6, lefts, rights, sums);
        Multiply<TTile>(leftTile, rightTile, k + 7, lefts, rights, sums);
    }

    static void Multiply<TTile>(ArrayView<Float4> leftTile, ArrayView<Float4> rightTile, int k, float[] lefts, float[] rights, float[] sums) where TTile : struct, ITile =>
        Fours.Multiply<TTile>(leftTile, k * (TTile.Rows + Padding) / 4, rightTile, k * (TTile.Columns + Padding) / 4, lefts, rights, sums);
}
