namespace Adjoint.Tests;

static partial class TorchCases
{
    static Dictionary<string, Function> Conv => new()
    {
        ["conv2d"] = x => x[0].Convolution(x[1], x[2], padding: 1),
        ["conv2d_stride"] = x => x[0].Convolution(x[1], null, new ConvolutionGeometry(new(2, 1, 1), new(3))),
        ["conv2d_dilation"] = x => x[0].Convolution(x[1], padding: 2, dilation: 2),
        ["conv2d_groups"] = x => x[0].Convolution(x[1], x[2], groups: 2),
        ["conv2d_depthwise"] = x => x[0].Convolution(x[1], padding: 1, groups: 3),
        ["conv2d_1x1"] = x => x[0].Convolution(x[1], x[2]),
        ["conv2d_same"] = x => x[0].Convolution(x[1], null, ConvolutionGeometry.Same(2, 4)),
        ["conv1d"] = x => x[0].Convolution(x[1], x[2], stride: 2, padding: 1),
        ["conv1d_dilation"] = x => x[0].Convolution(x[1], dilation: 3),
        ["conv_transpose2d"] = x => x[0].ConvolutionTransposed(x[1], x[2], stride: 2, padding: 1, outputPadding: 1),
        ["conv_transpose2d_groups"] = x => x[0].ConvolutionTransposed(x[1], null, new ConvolutionGeometry(new(2), new(1), 2), 0, 0),
        ["conv_transpose2d_dilation"] = x => x[0].ConvolutionTransposed(x[1], dilation: 2, outputPadding: 1),
        ["conv_transpose1d"] = x => x[0].ConvolutionTransposed(x[1], x[2], stride: 3, padding: 1, outputPadding: 2),
        ["max_pool2d"] = x => x[0].MaxPool(2),
        ["max_pool2d_overlap"] = x => x[0].MaxPool(3, 2, 1),
        ["max_pool2d_dilation"] = x => x[0].MaxPool(3, 2, 1, 2),
        ["max_pool1d"] = x => x[0].MaxPool(3, 2),
        ["avg_pool2d"] = x => x[0].AveragePool(2),
        ["avg_pool2d_padding"] = x => x[0].AveragePool(3, 2, 1),
        ["avg_pool2d_without_padding"] = x => x[0].AveragePool(3, 2, 1, countsPadding: false),
        ["avg_pool1d"] = x => x[0].AveragePool(3, 2, 1),
        ["global_average"] = x => x[0].GlobalAveragePool(),
        ["upsample_nearest"] = x => x[0].Upsample(2),
        ["upsample_nearest_size"] = x => x[0].Upsample(7, 3),
        ["upsample_bilinear"] = x => x[0].Upsample(2, Resampling.Bilinear),
        ["upsample_bilinear_size"] = x => x[0].Upsample(3, 7, Resampling.Bilinear),
        ["upsample_bilinear_fraction"] = x => x[0].Upsample(1.5, Resampling.Bilinear),
        ["pad_reflect"] = x => x[0].Pad(Padding.Reflect, (2, 3), (1, 2)),
        ["pad_replicate"] = x => x[0].Pad(Padding.Replicate, (2, 5), (1, 0)),
        ["pad_constant"] = x => x[0].Pad(-1.5, (1, 2), (0, 1)),
        ["group_norm"] = x => x[0].GroupNorm(2, x[1], x[2]),
        ["instance_norm"] = x => x[0].GroupNorm(3),
        ["batch_norm"] = x => x[0].BatchNorm(x[1], x[2], 1e-5, out _, out _),
        ["batch_norm_rows"] = x => x[0].BatchNorm(null, null, 1e-5, out _, out _),
    };
}
