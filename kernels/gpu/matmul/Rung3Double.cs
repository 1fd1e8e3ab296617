using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 3 in f64: 4 x 4 sums a thread, as structures, since the compiler leaves arrays of f64 in memory. Any strides and sizes. Launch: a sixteenth of the tile's elements threads. Limit: single loads
/// from memory, a wait for them in each step.
/// </summary>
public static class Rung3Double
{
    const int Padding = 2, Part = 4;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<TTile, TFinish>(ArrayView<double> left, ArrayView<double> right, ArrayView<double> bias, ArrayView<double> target, MatrixProduct product, TFinish finish)
        where TTile : struct, ITile
        where TFinish : unmanaged, IUnaryOperator
    {
        int leftWidth = TTile.Rows + Padding, rightWidth = TTile.Columns + Padding;
        ArrayView<Pack2<Scalar64>> a2 = SharedMemory.Allocate<Pack2<Scalar64>>(TTile.Inner * (TTile.Rows + Padding) / 2), b2 = SharedMemory.Allocate<Pack2<Scalar64>>(TTile.Inner * (TTile.Columns + Padding) / 2);
        ArrayView<double> a = a2.Cast<double>(), b = b2.Cast<double>();
        int threads = TTile.Rows * TTile.Columns / (Part * Part), across = Group.IdxX % (TTile.Columns / Part), down = Group.IdxX / (TTile.Columns / Part);
        var share = Share.Of(product, TTile.Rows, TTile.Columns);
        Sums4 top = default, upper = default, lower = default, bottom = default;
        for (int first = share.First; first < share.End; first += TTile.Inner)
        {
            for (int i = Group.IdxX; i < TTile.Rows * TTile.Inner; i += threads)
            {
                // Neighbouring threads read neighbours in memory.
                bool isAlong = product.LeftInnerStep == 1;
                int line = isAlong ? i / TTile.Inner : i % TTile.Rows, k = isAlong ? i % TTile.Inner : i / TTile.Rows;
                bool isInside = share.Row + line < product.Rows && first + k < share.End;
                a[(k * leftWidth) + line] = isInside ? left[share.Left + ((long)(share.Row + line) * product.LeftRowStep) + ((long)(first + k) * product.LeftInnerStep)] : 0;
            }

            for (int i = Group.IdxX; i < TTile.Columns * TTile.Inner; i += threads)
            {
                bool isAlong = product.RightInnerStep == 1;
                int line = isAlong ? i / TTile.Inner : i % TTile.Columns, k = isAlong ? i % TTile.Inner : i / TTile.Columns;
                bool isInside = share.Column + line < product.Columns && first + k < share.End;
                b[(k * rightWidth) + line] = isInside ? right[share.Right + ((long)(first + k) * product.RightInnerStep) + ((long)(share.Column + line) * product.RightColumnStep)] : 0;
            }

            Group.Barrier();
            for (int k = 0; k < TTile.Inner; k++)
            {
                // Columns of a thread are two pairs, half a tile apart, so that neighbours read neighbouring 16 bytes.
                ArrayView<Pack2<Scalar64>> rows = a2.SubView((k * leftWidth / 2) + (down * 2), 2), columns = b2.SubView((k * rightWidth / 2) + across, (TTile.Columns / 4) + 1);
                Pack2<Scalar64> rows1 = rows[0], rows2 = rows[1], near = columns[0], far = columns[TTile.Columns / 4];
                top = top.Plus(rows1[0].Value, near, far);
                upper = upper.Plus(rows1[1].Value, near, far);
                lower = lower.Plus(rows2[0].Value, near, far);
                bottom = bottom.Plus(rows2[1].Value, near, far);
            }

            Group.Barrier();
        }

        int row = share.Row + (down * Part), column = share.Column + (across * 2);
        Store<TTile, TFinish>(top, bias, target, product, share, row, column, finish);
        Store<TTile, TFinish>(upper, bias, target, product, share, row + 1, column, finish);
        Store<TTile, TFinish>(lower, bias, target, product, share, row + 2, column, finish);
        Store<TTile, TFinish>(bottom, bias, target, product, share, row + 3, column, finish);
    }

    static void Store<TTile, TFinish>(Sums4 sums, ArrayView<double> bias, ArrayView<double> target, MatrixProduct product, Share share, int row, int column, TFinish finish)
        where TTile : struct, ITile
        where TFinish : unmanaged, IUnaryOperator
    {
        Store(sums.A, bias, target, product, share, row, column, finish);
        Store(sums.B, bias, target, product, share, row, column + 1, finish);
        Store(sums.C, bias, target, product, share, row, column + (TTile.Columns / 2), finish);
        Store(sums.D, bias, target, product, share, row, column + (TTile.Columns / 2) + 1, finish);
    }

    static void Store<TFinish>(double sum, ArrayView<double> bias, ArrayView<double> target, MatrixProduct product, Share share, int row, int column, TFinish finish)
        where TFinish : unmanaged, IUnaryOperator
    {
        if (row < product.Rows && column < product.Columns)
            Share.Store(new Scalar64(sum), bias.Cast<Scalar64>(), target.Cast<Scalar64>(), product, row, column, share.Place(product, row, column), finish);
    }

    struct Sums4
    {
        internal double A, B, C, D;

        public readonly Sums4 Plus(double row, Pack2<Scalar64> near, Pack2<Scalar64> far) => new()
        {
            A = Float64.MultiplyAdd(row, near[0].Value, A),
            B = Float64.MultiplyAdd(row, near[1].Value, B),
            C = Float64.MultiplyAdd(row, far[0].Value, C),
            D = Float64.MultiplyAdd(row, far[1].Value, D),
        };
    }
}
