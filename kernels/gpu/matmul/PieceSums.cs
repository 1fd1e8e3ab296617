using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Adds the pieces of products whose sums were cut, in the order of the sum, then bias and finish. Layout: sums [batch, pieces, rows, columns]. Launch: a thread an element of the target, any block.
/// Limit: memory bandwidth.
/// </summary>
public static class PieceSums
{
    /// <summary>target = finish(sum of the pieces + bias) for count elements of all items.</summary>
    public static void Run<V, TFinish>(ArrayView<V> sums, ArrayView<V> bias, ArrayView<V> target, MatrixProduct product, long count, TFinish finish)
        where V : unmanaged, ILane<V>
        where TFinish : unmanaged, IUnaryOperator
    {
        long place = Places.Thread;
        if (place >= count) return;
        long elements = (long)product.Rows * product.Columns, item = place / elements, element = place - (item * elements), at = (item * product.Pieces * elements) + element;
        V sum = sums[at];
        for (int piece = 1; piece < product.Pieces; piece++)
        {
            at += elements;
            sum += sums[at];
        }

        int row = (int)(element / product.Columns);
        Share.Store(sum, bias, target, product, row, (int)(element - ((long)row * product.Columns)), place, finish);
    }
}
