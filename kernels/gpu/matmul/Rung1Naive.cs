using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 1: a thread an element of the target, straight from memory. Any strides. Launch: tiles of 16 columns and a sixteenth of the threads rows, any multiple of 16 threads. Limit: reads, 2·inner an
/// element.
/// </summary>
public static class Rung1Naive
{
    internal const int Side = 16;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<V, TFinish>(ArrayView<V> left, ArrayView<V> right, ArrayView<V> bias, ArrayView<V> target, MatrixProduct product, TFinish finish)
        where V : unmanaged, ILane<V>
        where TFinish : unmanaged, IUnaryOperator
    {
        var share = Share.Of(product, Group.DimX / Side, Side);
        int column = share.Column + (Group.IdxX % Side), row = share.Row + (Group.IdxX / Side);
        if (row >= product.Rows || column >= product.Columns) return;
        long a = share.Left + ((long)row * product.LeftRowStep), b = share.Right + ((long)column * product.RightColumnStep);
        V sum = V.From(0);
        for (int k = share.First; k < share.End; k++)
            sum = V.MultiplyAdd(left[a + ((long)k * product.LeftInnerStep)], right[b + ((long)k * product.RightInnerStep)], sum);
        Share.Store(sum, bias, target, product, row, column, share.Place(product, row, column), finish);
    }
}
