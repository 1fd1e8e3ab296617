using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Rung 1: a thread an element of the target, straight from memory. Any strides. Launch: 256 threads as 16 x 16; grid ⌈columns / 16⌉, ⌈rows / 16⌉, batch. Limit: reads, 2·inner an element.
/// </summary>
public static class Rung1Naive
{
    internal const int Side = 16;

    /// <summary>target = finish(left · right + bias)</summary>
    public static void Run<V, TFinish>(ArrayView<V> left, ArrayView<V> right, ArrayView<V> bias, ArrayView<V> target, MatrixProduct product, TFinish finish)
        where V : unmanaged, ILane<V>
        where TFinish : unmanaged, IUnaryOperator
    {
        int column = (Grid.IdxX * Side) + (Group.IdxX % Side), row = (Grid.IdxY * Side) + (Group.IdxX / Side);
        if (row >= product.Rows || column >= product.Columns) return;
        long batch = Grid.IdxZ;
        long a = (batch * product.LeftBatchStep) + ((long)row * product.LeftRowStep), b = (batch * product.RightBatchStep) + ((long)column * product.RightColumnStep);
        V sum = V.From(0);
        for (int k = 0; k < product.Inner; k++)
            sum = V.MultiplyAdd(left[a + ((long)k * product.LeftInnerStep)], right[b + ((long)k * product.RightInnerStep)], sum);
        if (product.HasBias != 0) sum += bias[column];
        target[(((batch * product.Rows) + row) * product.Columns) + column] = finish.Apply(sum);
    }
}
