namespace Adjoint;

/// <summary>When pointwise ops may take the kernels that move 16 bytes at a time.</summary>
static class PointwiseLaunch
{
    const int PackBytes = 16;

    /// <summary>Whether floats lie dense, one for one, from multiples of 16 bytes on.</summary>
    public static bool IsVectorised(ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        if (!output.DType.IsFloat() || !IsPacked(output)) return false;
        foreach (Tensor input in inputs)
        {
            if (input.Shape != output.Shape || !IsPacked(input)) return false;
        }

        return true;
    }

    /// <summary>Threads that cover a tensor with packs.</summary>
    public static long Packs(Tensor output) => ((long)output.Count * output.DType.Size() + PackBytes - 1) / PackBytes;

    static bool IsPacked(Tensor tensor) => tensor.Layout.IsContiguous && tensor.DeviceAddress % PackBytes == 0;
}
