using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Squared distances by differences.</summary>
public static class DistanceKernels
{
    /// <summary>
    /// z[b, i, j] = Σ (x[b, i, k] - y[b, j, k])² for rows from <paramref name="firstRow"/> on, z [batch, rows, others], x [batch, allRows, width]. Layout: neighbours take neighbouring rows of y and share the
    /// row of x. Launch: one thread a pair. Limit: reads from the first-level cache.
    /// </summary>
    public static void Squares<V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, int batch, int rows, int others, int width, int firstRow, int allRows) where V : unmanaged, ILane<V>
    {
        long element = Places.Thread;
        if (element >= (long)batch * rows * others) return;
        long line = element / others, b = line / rows, left = ((b * allRows) + firstRow + (line - (b * rows))) * width, right = ((b * others) + (element - (line * others))) * width;
        V sum = V.From(0);
        for (int k = 0; k < width; k++)
        {
            V difference = x[left + k] - y[right + k];
            sum = V.MultiplyAdd(difference, difference, sum);
        }

        z[element] = sum;
    }
}
