using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>2-D convolutions of f32 and f64 and their gradients. T is float or double; all operands are dense.</summary>
public static unsafe class ConvolutionKernel
{
    const long LongWork = 1 << 24;

    /// <summary>result = weight ∗ image, plus a bias for each channel unless it is null.</summary>
    public static void Result<T>(in ConvolutionShape shape, T* image, T* weight, T* bias, T* result) where T : unmanaged
    {
        if (shape.IsPointwise) Pointwise<T>.Run(shape, false, image, weight, bias, result);
        else Run(shape, false, image, weight, bias, result);
    }

    /// <summary>image = the gradient by the image for a cotangent of the result: the transposed convolution.</summary>
    public static void Image<T>(in ConvolutionShape shape, T* result, T* weight, T* bias, T* image) where T : unmanaged
    {
        if (shape.IsPointwise) Pointwise<T>.Run(shape, true, result, weight, bias, image);
        else Run(shape, true, result, weight, bias, image);
    }

    /// <summary>weight = the gradient by the weight.</summary>
    public static void Weight<T>(in ConvolutionShape shape, T* image, T* result, T* weight) where T : unmanaged
    {
        if (shape.Groups * shape.Outputs * shape.Inputs * shape.Taps == 0) return;
        switch (MatMulKernel.Variant)
        {
            case MatMulVariant.Vector512: WeightSums<Simd512<T>, Vector512<T>, T>.Run(shape, image, result, weight); break;
            case MatMulVariant.Vector256: WeightSums<Simd256<T>, Vector256<T>, T>.Run(shape, image, result, weight); break;
            default: WeightSums<Simd128<T>, Vector128<T>, T>.Run(shape, image, result, weight); break;
        }
    }

    static void Run<T>(in ConvolutionShape shape, bool isTransposed, T* source, T* weight, T* bias, T* target) where T : unmanaged
    {
        if (shape.Images == 0) return;
        switch (MatMulKernel.Variant)
        {
            case MatMulVariant.Vector512: TapProducts<Simd512<T>, Vector512<T>, T>.Run(shape, isTransposed, source, weight, bias, target); break;
            case MatMulVariant.Vector256: TapProducts<Simd256<T>, Vector256<T>, T>.Run(shape, isTransposed, source, weight, bias, target); break;
            default: TapProducts<Simd128<T>, Vector128<T>, T>.Run(shape, isTransposed, source, weight, bias, target); break;
        }
    }

    /// <summary>How many threads a convolution is worth.</summary>
    internal static int SharesWorth(in ConvolutionShape shape) => (int)Math.Min(int.MaxValue, shape.Work / Blocking.WorkPerThread);

    /// <summary>Whether it takes so long that waking the pool for it pays.</summary>
    internal static bool IsLong(in ConvolutionShape shape) => shape.Work >= LongWork;
}
