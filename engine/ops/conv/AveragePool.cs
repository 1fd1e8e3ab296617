namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>The mean of each window of x [images, channels, height, width], or of x [images, channels, length]: a convolution of each channel by equal weights.</summary>
    /// <param name="x">f32 or f64.</param>
    /// <param name="window">Side of the window.</param>
    /// <param name="stride">Step of the window; 0 is its side.</param>
    /// <param name="padding">Zeros at each side, at most half of the window.</param>
    /// <param name="countsPadding">Whether these zeros count among the numbers of the mean, as in PyTorch unless told otherwise.</param>
    /// <exception cref="ShapeException">The window is larger than the padded image.</exception>
    /// <exception cref="SettingException">A setting is out of range.</exception>
    public static Tensor AveragePool(this Tensor x, int window, int stride = 0, int padding = 0, bool countsPadding = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.AveragePool(PoolGeometry.Create(window, stride, padding, 1, x.Rank == 3), countsPadding);
    }

    /// <summary>The same with other settings along each axis.</summary>
    /// <inheritdoc cref="AveragePool(Tensor, int, int, int, bool)"/>
    public static Tensor AveragePool(this Tensor x, PoolGeometry geometry, bool countsPadding = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(geometry);
        const string Op = "average_pool";
        if (x.Rank == 3) return x.Unsqueeze(2).AveragePool(geometry, countsPadding).Squeeze(2);
        Require.Float(Op, x);
        Require.Rank(Op, "the image", x, 4);
        Shape result = geometry.Result(Op, x.Shape);
        var steps = new ConvolutionGeometry(geometry.Rows, geometry.Columns);
        int size = geometry.WindowRows * geometry.WindowColumns, height = x.Shape[2], width = x.Shape[3];
        Tensor weight = Tensor.Full([1, 1, geometry.WindowRows, geometry.WindowColumns], countsPadding ? 1.0 / size : 1, x.DType, x.Device);
        Tensor y = x.Reshape([x.Shape[0] * x.Shape[1], 1, height, width]).Convolution(weight, null, steps);
        if (!countsPadding) y /= Tensor.Full([1, 1, height, width], 1, x.DType, x.Device).Convolution(weight, null, steps);
        return y.Reshape(result);
    }

    /// <summary>The mean over height and width, x [images, channels, …] → [images, channels, 1, …].</summary>
    /// <exception cref="ShapeException">There are fewer than three axes, or no positions.</exception>
    public static Tensor GlobalAveragePool(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.MinimumRank("global_average_pool", "the image", x, 3);
        Span<int> axes = stackalloc int[x.Rank - 2];
        for (int i = 0; i < axes.Length; i++) axes[i] = i + 2;
        return x.Mean(axes, keepAxes: true);
    }
}
