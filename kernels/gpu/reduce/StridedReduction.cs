using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Folds over any axes of an operand with any strides: what neither rows nor columns are. Layout: a thread an output, its elements one after another. Launch: one thread an
/// output. Limit: memory latency; the caller prefers the dense forms.
/// </summary>
public static class StridedReduction
{
    /// <summary>
    /// y = scale · fold of x. <paramref name="kept"/> visits the outputs (operand 0: x, operand 1: y), <paramref name="reduced"/> the elements of one output (operand 0: x).
    /// </summary>
    public static void Fold<TFold, V>(ArrayView<V> x, ArrayView<V> y, int outputs, int elements, Nest kept, Nest reduced, double scale, TFold fold)
        where TFold : unmanaged, IReduction
        where V : unmanaged, ILane<V>
    {
        long output = Places.Thread;
        if (output >= outputs) return;
        Places at = Places.Of(in kept, (uint)output);
        V result = fold.Start<V>();
        for (uint i = 0; i < elements; i++) result = fold.Fold(result, x[at.At0 + Places.Of(in reduced, i).At0]);
        y[at.At1] = result * V.From(scale);
    }
}
