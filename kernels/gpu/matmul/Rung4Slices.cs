using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 4 for small products, in f32: teams of a block's threads each compute the whole tile over a slice of the sum's steps, and the block adds the slices in order. A small tile then keeps eight warps busy,
/// and a step brings many numbers at once: what counts is how often a block waits for memory. Operands as for <see cref="Rung4Vector"/>. Launch: 256 threads. Limit: the way to memory and back, once a step.
/// </summary>
public static class Rung4Slices
{
    const int Threads = 256, Padding = 4;

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
        Bringer<TLeft> near = Bringer<TLeft>.Of(thread, TTile.Rows, TTile.Inner, share.Row, product.Rows, share.Left, share.First, product.LeftRowStep, product.LeftInnerStep);
        Bringer<TLeft> far = Bringer<TLeft>.Of(thread + Threads, TTile.Rows, TTile.Inner, share.Row, product.Rows, share.Left, share.First, product.LeftRowStep, product.LeftInnerStep);
        Bringer<TRight> nearRight = Bringer<TRight>.Of(thread, TTile.Columns, TTile.Inner, share.Column, product.Columns, share.Right, share.First, product.RightColumnStep, product.RightInnerStep);
        Bringer<TRight> farRight = Bringer<TRight>.Of(thread + Threads, TTile.Columns, TTile.Inner, share.Column, product.Columns, share.Right, share.First, product.RightColumnStep, product.RightInnerStep);

        var sums = new float[TTile.ThreadRows * TTile.ThreadColumns];
        for (int i = 0; i < TTile.ThreadRows * TTile.ThreadColumns; i++) sums[i] = 0;
        var lefts = new float[TTile.ThreadRows];
        var rights = new float[TTile.ThreadColumns];

        int rest = share.End - share.First;
        long leftAt = 0, rightAt = 0;
        Float4 a = near.Load(left, leftAt, product.LeftRowStep, product.LeftInnerStep, rest), b = far.Load(left, leftAt, product.LeftRowStep, product.LeftInnerStep, rest);
        Float4 c = nearRight.Load(right, rightAt, product.RightColumnStep, product.RightInnerStep, rest), d = farRight.Load(right, rightAt, product.RightColumnStep, product.RightInnerStep, rest);
        while (rest > 0)
        {
            near.Store(shared, 0, leftWidth, a);
            far.Store(shared, 0, leftWidth, b);
            nearRight.Store(shared, rightPlace, rightWidth, c);
            farRight.Store(shared, rightPlace, rightWidth, d);
            Group.Barrier();

            rest -= TTile.Inner;
            leftAt += TLeft.Distance(TTile.Inner, product.LeftInnerStep);
            rightAt += TRight.Distance(TTile.Inner, product.RightInnerStep);
            a = near.Load(left, leftAt, product.LeftRowStep, product.LeftInnerStep, rest);
            b = far.Load(left, leftAt, product.LeftRowStep, product.LeftInnerStep, rest);
            c = nearRight.Load(right, rightAt, product.RightColumnStep, product.RightInnerStep, rest);
            d = farRight.Load(right, rightAt, product.RightColumnStep, product.RightInnerStep, rest);

            for (int n = 0; n < TTile.Inner / slices; n++)
            {
                int k = (n * slices) + slice;
                ArrayView<Float4> leftFours = shared4.SubView((k * leftWidth / 4) + down, leftWidth / 4);
                for (int i = 0; i < TTile.ThreadRows; i += 4) Fours.Spread(leftFours[i * (TTile.Rows / 4) / TTile.ThreadRows], lefts, i);
                Fours.Spread(shared4[((rightPlace + (k * rightWidth)) / 4) + across], rights, 0);
                for (int i = 0; i < TTile.ThreadRows; i++)
                {
                    for (int j = 0; j < TTile.ThreadColumns; j++) sums[(i * TTile.ThreadColumns) + j] = Float32.MultiplyAdd(lefts[i], rights[j], sums[(i * TTile.ThreadColumns) + j]);
                }
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

    // What a thread brings of an operand: four numbers of each step.
    struct Bringer<TAccess> where TAccess : struct, IAccess
    {
        long start;
        int place, step, lines;

        public static Bringer<TAccess> Of(int thread, int tileLines, int tileSteps, int tileFirst, int lines, long start, int first, int lineStep, int innerStep)
        {
            int line = TAccess.Line(thread, tileLines, tileSteps, 4), step = TAccess.Step(thread, tileLines, tileSteps, 4);
            return new()
            {
                start = (start + ((long)(tileFirst + line) * lineStep) + ((long)(first + step) * innerStep)) / TAccess.Unit,
                place = (step * (tileLines + Padding)) + line,
                step = step,
                lines = lines - tileFirst - line,
            };
        }

        public readonly Float4 Load(ArrayView<float> source, long distance, int lineStep, int innerStep, int rest) =>
            TAccess.Load(source, start + distance, lineStep, innerStep, lines, rest - step);

        public readonly void Store(ArrayView<float> shared, int first, int width, Float4 numbers) => TAccess.Store(shared, first + place, width, numbers);
    }
}
