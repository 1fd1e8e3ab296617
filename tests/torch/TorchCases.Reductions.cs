namespace Adjoint.Tests;

static partial class TorchCases
{
    static Dictionary<string, Function> Reductions => new()
    {
        ["sum"] = x => x[0].Sum(),
        ["sum_axis"] = x => x[0].Sum(1),
        ["sum_axes_keep"] = x => x[0].Sum([0, 2], keepAxes: true),
        ["sum_transposed"] = x => x[0].Transpose().Slice(0, 1).Sum(0),
        ["mean"] = x => x[0].Mean(),
        ["mean_axes"] = x => x[0].Mean([0, -1]),
        ["variance"] = x => x[0].Variance(),
        ["variance_axis"] = x => x[0].Variance(1),
        ["variance_biased_keep"] = x => x[0].Variance(0, correction: 0, keepAxes: true),
        ["max"] = x => x[0].Max(),
        ["max_axis"] = x => x[0].Max(1),
        ["max_axes_keep"] = x => x[0].Max([0, 2], keepAxes: true),
        ["min"] = x => x[0].Min(),
        ["min_axis"] = x => x[0].Min(0),
        ["product"] = x => x[0].Product(),
        ["product_axis"] = x => x[0].Product([1]),
        ["argmax"] = x => x[0].ArgMax(1),
        ["argmin"] = x => x[0].ArgMin(0),
        ["logsumexp"] = x => x[0].LogSumExp(1),
        ["logsumexp_axis_0"] = x => x[0].LogSumExp(0, keepAxes: true),
        ["logsumexp_far"] = x => x[0].LogSumExp(),
        ["softmax"] = x => x[0].Softmax(),
        ["softmax_axis_0"] = x => x[0].Softmax(0),
        ["softmax_middle"] = x => x[0].Softmax(1),
        ["softmax_far"] = x => x[0].Softmax(),
        ["log_softmax"] = x => x[0].LogSoftmax(),
        ["log_softmax_axis_0"] = x => x[0].LogSoftmax(0),
        ["cross_entropy"] = x => x[0].CrossEntropy(x[1]),
        ["cross_entropy_mean"] = x => x[0].CrossEntropy(x[1]).Mean(),
        ["layer_norm"] = x => x[0].LayerNorm(),
        ["layer_norm_affine"] = x => x[0].LayerNorm(x[1], x[2], 1e-3),
        ["rms_norm"] = x => x[0].RmsNorm(),
        ["rms_norm_affine"] = x => x[0].RmsNorm(x[1], 1e-3),
    };
}
