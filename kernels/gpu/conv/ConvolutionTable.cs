namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of convolutions and windows in the table.</summary>
static class ConvolutionTable
{
    static readonly Type[][] Lanes = [[typeof(Scalar32)], [typeof(Scalar64)]];

    static readonly Type[][] Floats = [[typeof(float)], [typeof(double)]];

    static readonly Type[][] Tiles =
    [
        [typeof(Scalar32), typeof(Tile64)], [typeof(Scalar32), typeof(Tile32)], [typeof(Scalar64), typeof(Tile64)], [typeof(Scalar64), typeof(Tile32)],
    ];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(typeof(TapTiles), nameof(TapTiles.Run), "convolution_tiles", Tiles) with { Registers = (128, 128) },
        One(typeof(WeightTiles), nameof(WeightTiles.Run), "convolution_weight_tiles", Tiles) with { Registers = (128, 128) },
        One(typeof(TapSums), nameof(TapSums.Targets), "convolution_sums", Lanes) with { Traits = KernelTraits.Independent },
        One(typeof(TapSums), nameof(TapSums.Weights), "convolution_weight_sums", Lanes) with { Traits = KernelTraits.Independent },
        One(typeof(WindowKernels), nameof(WindowKernels.MaxPool), "window_max_pool", Floats) with { Traits = KernelTraits.Independent },
        One(typeof(WindowKernels), nameof(WindowKernels.MaxPoolImage), "window_max_pool_image", Lanes) with { Traits = KernelTraits.Independent },
        One(typeof(WindowKernels), nameof(WindowKernels.Resample), "window_resample", Lanes) with { Traits = KernelTraits.Independent },
        One(typeof(WindowKernels), nameof(WindowKernels.ResampleTransposed), "window_resample_transposed", Lanes) with { Traits = KernelTraits.Independent },
    ];

    static KernelDescription One(Type holder, string method, string name, Type[][] types) => new()
    {
        Family = "conv",
        Name = name,
        Method = holder.GetMethod(method)!,
        Registers = (72, 72),
        Checked = types,
    };
}
