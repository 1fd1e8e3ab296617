namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of row-wise kernels in the table.</summary>
static class RowwiseTable
{
    public static IEnumerable<KernelDescription> All { get; } =
    [
        Row(typeof(SoftmaxKernels), nameof(SoftmaxKernels.Softmax), "softmax"),
        Row(typeof(SoftmaxKernels), nameof(SoftmaxKernels.SoftmaxDerivative), "softmax_derivative"),
        Row(typeof(SoftmaxKernels), nameof(SoftmaxKernels.LogSoftmax), "log_softmax"),
        Row(typeof(SoftmaxKernels), nameof(SoftmaxKernels.LogSoftmaxDerivative), "log_softmax_derivative"),
        Row(typeof(LogSumExpKernels), nameof(LogSumExpKernels.LogSumExp), "logsumexp"),
        Row(typeof(LogSumExpKernels), nameof(LogSumExpKernels.LogSumExpDerivative), "logsumexp_derivative"),
        Row(typeof(LogSumExpKernels), nameof(LogSumExpKernels.CrossEntropy), "cross_entropy"),
        Row(typeof(LogSumExpKernels), nameof(LogSumExpKernels.CrossEntropyDerivative), "cross_entropy_derivative"),
        Row(typeof(NormKernels), nameof(NormKernels.Standardize), "standardize"),
        Row(typeof(NormKernels), nameof(NormKernels.StandardizeDerivative), "standardize_derivative"),
        Row(typeof(NormKernels), nameof(NormKernels.RootMeanSquare), "root_mean_square"),
        Row(typeof(NormKernels), nameof(NormKernels.RootMeanSquareDerivative), "root_mean_square_derivative"),
        Row(typeof(AffineNormKernels), nameof(AffineNormKernels.Forward), "standardize_affine"),
        Row(typeof(AffineNormKernels), nameof(AffineNormKernels.Rows), "standardize_affine_rows"),
        Row(typeof(AffineNormKernels), nameof(AffineNormKernels.Columns), "standardize_affine_columns") with { Checked = [[typeof(Scalar32)], [typeof(Scalar64)]] },
    ];

    static KernelDescription Row(Type holder, string method, string name) => new()
    {
        Family = "rowwise",
        Name = name,
        Method = holder.GetMethod(method)!,
        BlocksPerMultiprocessor = 4,
        Registers = (64, 64),
        Traits = name.EndsWith("_columns", StringComparison.Ordinal) || name == "logsumexp_derivative" ? KernelTraits.None : KernelTraits.Warps,
        Checked =
        [
            [typeof(Scalar32), typeof(WarpTeam)], [typeof(Scalar32), typeof(BlockTeam)], [typeof(Scalar32), typeof(ThreadTeam)],
            [typeof(Scalar64), typeof(WarpTeam)], [typeof(Scalar64), typeof(BlockTeam)], [typeof(Scalar64), typeof(ThreadTeam)],
        ],
    };
}
