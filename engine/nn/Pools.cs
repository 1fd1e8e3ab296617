namespace Adjoint;

/// <summary>The largest number of each window of images.</summary>
public sealed class MaxPool2d(int window, int stride = 0, int padding = 0, int dilation = 1) : Layer
{
    readonly PoolGeometry geometry = PoolGeometry.Create(window, stride, padding, dilation);

    public override Tensor Forward(Tensor x) => x.MaxPool(geometry).Values;
}

/// <summary>The mean of each window of images.</summary>
public sealed class AveragePool2d(int window, int stride = 0, int padding = 0, bool countsPadding = true) : Layer
{
    readonly PoolGeometry geometry = PoolGeometry.Create(window, stride, padding);

    public override Tensor Forward(Tensor x) => x.AveragePool(geometry, countsPadding);
}

/// <summary>Images made larger, or smaller, by a factor.</summary>
public sealed class Upsample(double factor, Resampling kind = Resampling.Nearest) : Layer
{
    public override Tensor Forward(Tensor x) => x.Upsample(factor, kind);
}
