namespace Adjoint;

/// <summary>Where the factor 1/n of a pair of transforms goes; names as in PyTorch.</summary>
public enum FourierScale
{
    /// <summary>To the inverse transform.</summary>
    Backward,

    /// <summary>1/√n to both, which keeps lengths.</summary>
    Orthonormal,

    /// <summary>To the forward transform.</summary>
    Forward,
}

/// <summary>
/// Discrete Fourier transforms and complex numbers. There is no complex dtype: a complex tensor is an f32 or f64 tensor whose last axis, of size 2, holds real and imaginary part. Axes are
/// those of the complex tensor, so that -1 is the axis before the last one of size 2. Forward: X_k = Σ_j x_j e^(-2πi jk/n); inverse: turns the other way. Any length of at least 1.
/// </summary>
public static partial class Fourier
{
    /// <summary>Transform of complex numbers [..., n, ..., 2] along an axis.</summary>
    /// <exception cref="ShapeException">The last axis is not of size 2, or the axis does not exist or is empty.</exception>
    public static Tensor Fft(this Tensor x, int axis = -1, FourierScale scale = FourierScale.Backward) => Transform(x, axis, 1, false, scale);

    /// <summary>Inverse transform of complex numbers along an axis.</summary>
    /// <inheritdoc cref="Fft"/>
    public static Tensor InverseFft(this Tensor x, int axis = -1, FourierScale scale = FourierScale.Backward) => Transform(x, axis, 1, true, scale);

    /// <summary>Transform of complex numbers [..., h, w, 2] over both axes.</summary>
    /// <exception cref="ShapeException">The last axis is not of size 2, or there are fewer than two others, or one is empty.</exception>
    public static Tensor Fft2(this Tensor x, FourierScale scale = FourierScale.Backward) => Transform(x, -2, 2, false, scale);

    /// <summary>Inverse transform of complex numbers over both axes.</summary>
    /// <inheritdoc cref="Fft2"/>
    public static Tensor InverseFft2(this Tensor x, FourierScale scale = FourierScale.Backward) => Transform(x, -2, 2, true, scale);

    /// <summary>Transform of real numbers [..., n, ...] along an axis: complex, with the first n/2 + 1 of it; the others are conjugates of these.</summary>
    /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
    public static Tensor RealFft(this Tensor x, int axis = -1, FourierScale scale = FourierScale.Backward)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = x.Shape.Axis("real_fourier", axis);
        Tensor rows = axis == x.Rank - 1 ? x : x.Transpose(axis, -1);
        Tensor y = Dispatch.Run(new RealFourier(1, false, Factor(scale, x.Shape[axis], false)), rows.Contiguous());
        return axis == x.Rank - 1 ? y : y.Transpose(axis, -2);
    }

    /// <summary>Inverse of <see cref="RealFft"/>: real numbers, of which <paramref name="length"/> lie along the axis.</summary>
    /// <exception cref="ShapeException">The axis does not have length/2 + 1 complex numbers.</exception>
    public static Tensor InverseRealFft(this Tensor x, int length, int axis = -1, FourierScale scale = FourierScale.Backward)
    {
        ArgumentNullException.ThrowIfNull(x);
        FourierChecks.Complex("inverse_real_fourier", x, 1);
        axis = ComplexAxis("inverse_real_fourier", x, axis);
        Tensor rows = axis == x.Rank - 2 ? x : x.Transpose(axis, -2);
        Tensor y = Dispatch.Run(new InverseRealFourier(length, 1, true, Factor(scale, length, true)), rows.Contiguous());
        return axis == x.Rank - 2 ? y : y.Transpose(axis, -1);
    }

    /// <summary>Transform of real numbers [..., h, w] over both axes: complex [..., h, w/2 + 1, 2].</summary>
    /// <exception cref="ShapeException">There are fewer than two axes, or one is empty.</exception>
    public static Tensor RealFft2(this Tensor x, FourierScale scale = FourierScale.Backward)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.MinimumRank("real_fourier", "the input", x, 2);
        return Dispatch.Run(new RealFourier(2, false, Factor(scale, (double)x.Shape[-2] * x.Shape[-1], false)), x.Contiguous());
    }

    /// <summary>Inverse of <see cref="RealFft2"/>: real [..., h, width].</summary>
    /// <exception cref="ShapeException">The last axis does not have width/2 + 1 complex numbers.</exception>
    public static Tensor InverseRealFft2(this Tensor x, int width, FourierScale scale = FourierScale.Backward)
    {
        ArgumentNullException.ThrowIfNull(x);
        FourierChecks.Complex("inverse_real_fourier", x, 2);
        return Dispatch.Run(new InverseRealFourier(width, 2, true, Factor(scale, (double)x.Shape[-3] * width, true)), x.Contiguous());
    }

    static Tensor Transform(Tensor x, int axis, int axes, bool isInverse, FourierScale scale)
    {
        ArgumentNullException.ThrowIfNull(x);
        FourierChecks.Complex("fourier", x, axes);
        axis = ComplexAxis("fourier", x, axis);
        return Dispatch.Run(new ComplexFourier(axis, axes, isInverse, Factor(scale, x.Shape.CountOf(axis..(axis + axes)), isInverse)), x.Contiguous());
    }

    static int ComplexAxis(string op, Tensor x, int axis)
    {
        int rank = x.Rank - 1;
        if (axis < -rank || axis >= rank)
            throw new ShapeException($"{op}: axis {axis} is not one of the {rank} axes of the complex tensor {x.Shape}. Its last axis, real and imaginary part, does not count.");
        return axis < 0 ? axis + rank : axis;
    }

    static double Factor(FourierScale scale, double count, bool isInverse) => scale switch
    {
        FourierScale.Orthonormal => 1 / Math.Sqrt(count),
        FourierScale.Backward => isInverse ? 1 / count : 1,
        _ => isInverse ? 1 : 1 / count,
    };
}
