using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 4 for small products, in f32: teams of a block's threads each compute the whole tile over a slice of the sum's steps, and the block adds the slices in order. A small tile then keeps eight warps busy,
/// and a step brings many numbers at once: what counts is how often a block waits for memory. Operands as for <see cref="Rung4Vector"/>. Launch: 256 threads. Limit: the way to memory and back, once a step.
/// </summary>
public static class Rung4Slices
{
    const int Threads = 256, Padding = Fours.Padding;

    // Room for the operands of a step, and afterwards for the slices' sums.
    const int SharedFours = 2048;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TLeft, TRight, TFinish>(
        ArrayView<float> left, ArrayView<float> right, ArrayView<float> bias, ArrayView<float> target, MatrixProduct product, TFinish finish)
        where TTile : struct, ITile
        where TLeft : struct, IAccess
        where TRight : struct, IAccess
        where TFinish : unmanaged, IUnaryOperator
    {
        ArrayView<Float4> shared4 = SharedMemory.Allocate<Float4>(SharedFours);
        ArrayView<float> shared = shared4.Cast<float>();
        int leftWidth = TTile.Rows + Padding, rightWidth = TTile.Columns + Padding, rightPlace = TTile.Inner * leftWidth;
        int acrossTeam = TTile.Columns / TTile.ThreadColumns, team = TTile.Rows / TTile.ThreadRows * acrossTeam, slices = Threads / team;
        int thread = Group.IdxX, slice = thread / team, across = thread % acrossTeam, down = thread % team / acrossTeam;
        var share = Share.Of(product, TTile.Rows, TTile.Columns);
        Bringer<TLeft> near = Bringer<TLeft>.OfLeft(thread, TTile.Rows, TTile.Inner, product, share), far = Bringer<TLeft>.OfLeft(thread + Threads, TTile.Rows, TTile.Inner, product, share);
        Bringer<TRight> nearRight = Bringer<TRight>.OfRight(thread, TTile.Columns, TTile.Inner, product, share);
        Bringer<TRight> farRight = Bringer<TRight>.OfRight(thread + Threads, TTile.Columns, TTile.Inner, product, share);

        var sums = new float[TTile.ThreadRows * TTile.ThreadColumns];
        for (int i = 0; i < TTile.ThreadRows * TTile.ThreadColumns; i++) sums[i] = 0;
        var lefts = new float[TTile.ThreadRows];
        var rights = new float[TTile.ThreadColumns];

        int rest = share.End - share.First;
        Float4 a = near.Load(left, product.LeftRowStep, product.LeftInnerStep, rest), b = far.Load(left, product.LeftRowStep, product.LeftInnerStep, rest);
        Float4 c = nearRight.Load(right, product.RightColumnStep, product.RightInnerStep, rest), d = farRight.Load(right, product.RightColumnStep, product.RightInnerStep, rest);
        while (rest > 0)
        {
            near.Store(shared, 0, leftWidth, a);
            far.Store(shared, 0, leftWidth, b);
            nearRight.Store(shared, rightPlace, rightWidth, c);
            farRight.Store(shared, rightPlace, rightWidth, d);
            Group.Barrier();

            rest -= TTile.Inner;
            near.Advance(TTile.Inner, product.LeftInnerStep);
            far.Advance(TTile.Inner, product.LeftInnerStep);
            nearRight.Advance(TTile.Inner, product.RightInnerStep);
            farRight.Advance(TTile.Inner, product.RightInnerStep);
            a = near.Load(left, product.LeftRowStep, product.LeftInnerStep, rest);
            b = far.Load(left, product.LeftRowStep, product.LeftInnerStep, rest);
            c = nearRight.Load(right, product.RightColumnStep, product.RightInnerStep, rest);
            d = farRight.Load(right, product.RightColumnStep, product.RightInnerStep, rest);

            for (int n = 0; n < TTile.Inner / slices; n++)
            {
                int k = (n * slices) + slice;
                Fours.Multiply<TTile>(shared4, (k * leftWidth / 4) + down, shared4, ((rightPlace + (k * rightWidth)) / 4) + across, lefts, rights, sums);
            }

            Group.Barrier();
        }

        for (int i = 0; i < TTile.ThreadRows; i++)
        {
            int row = (down * 4) + (i & 3) + ((i >> 2) * (TTile.Rows * 4 / TTile.ThreadRows)), at = i * TTile.ThreadColumns;
            shared4[(((slice * TTile.Rows) + row) * (TTile.Columns / 4)) + across] = new() { X = sums[at], Y = sums[at + 1], Z = sums[at + 2], W = sums[at + 3] };
        }

        Group.Barrier();
        int fours = TTile.Rows * TTile.Columns / 4, row4 = share.Row + (thread / (TTile.Columns / 4)), column4 = share.Column + (thread % (TTile.Columns / 4) * 4);
        if (thread >= fours || row4 >= product.Rows) return;
        Float4 sum = shared4[thread];
        for (int i = 1; i < slices; i++) sum = Fours.Add(sum, shared4[(i * fours) + thread]);
        Fours.Store(sum, bias, target, product, column4, share.Place(product, row4, column4), finish);
    }
}
