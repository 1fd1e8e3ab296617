using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 2: a block loads a square of each operand into shared memory, from where 16 threads read each number. Any strides. Launch: 256 threads; tiles of 16 x 16. Limit: two shared reads a multiplication.
/// </summary>
public static class Rung2Shared
{
    const int Side = Rung1Naive.Side;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<V, TFinish>(ArrayView<V> left, ArrayView<V> right, ArrayView<V> bias, ArrayView<V> target, MatrixProduct product, TFinish finish)
        where V : unmanaged, ILane<V>
        where TFinish : unmanaged, IUnaryOperator
    {
        ArrayView<V> a = SharedMemory.Allocate<V>(Side * Side), b = SharedMemory.Allocate<V>(Side * Side);
        int x = Group.IdxX % Side, y = Group.IdxX / Side;
        var share = Share.Of(product, Side, Side);
        int column = share.Column + x, row = share.Row + y;
        V sum = V.From(0);
        for (int first = share.First; first < share.End; first += Side)
        {
            int leftInner = first + x, rightInner = first + y;
            a[Group.IdxX] = row < product.Rows && leftInner < share.End
                ? left[share.Left + ((long)row * product.LeftRowStep) + ((long)leftInner * product.LeftInnerStep)]
                : V.From(0);
            b[Group.IdxX] = column < product.Columns && rightInner < share.End
                ? right[share.Right + ((long)rightInner * product.RightInnerStep) + ((long)column * product.RightColumnStep)]
                : V.From(0);
            Group.Barrier();
            for (int k = 0; k < Side; k++) sum = V.MultiplyAdd(a[(y * Side) + k], b[(k * Side) + x], sum);
            Group.Barrier();
        }

        if (row >= product.Rows || column >= product.Columns) return;
        Share.Store(sum, bias, target, product, row, column, share.Place(product, row, column), finish);
    }
}
