namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>
    /// The q-quantile along an axis, which goes: at position q·(n-1) of the sorted numbers, between neighbours in proportion, as NumPy and PyTorch do. NaN where any number is NaN. A derivative
    /// goes to the one or two numbers that it lies between.
    /// </summary>
    /// <param name="x">f32 or f64.</param>
    /// <param name="q">From 0 to 1.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepAxis">Whether the axis stays with size 1.</param>
    /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
    /// <exception cref="SettingException">q is outside [0, 1].</exception>
    public static Tensor Quantile(this Tensor x, double q, int axis = -1, bool keepAxis = false)
    {
        Require.Float("quantile", x);
        Check.InRange(q, 0, 1, "quantile q");
        axis = x.Shape.Axis("quantile", axis);
        int size = x.Shape[axis];
        if (size == 0) throw new ShapeException($"quantile: axis {axis} of {x.Shape} is empty, so there is no value. Check for empty input before.");
        double position = q * (size - 1);
        int low = (int)position;
        Tensor sorted = x.Sort(axis), last = sorted.Slice(axis, size - 1), result = sorted.Slice(axis, low, low + 1);
        double weight = position - low;
        if (weight > 0)
        {
            // Between equal infinities lies the same one.
            Tensor next = sorted.Slice(axis, low + 1, low + 2), between = result + ((next - result) * weight);
            result = Where(result.Equal(next), result, between);
        }

        // NaN comes last, and differs from itself.
        result = Where(last.Equal(last), result, last);
        return keepAxis ? result : result.Squeeze(axis);
    }

    /// <summary>The median along an axis: the 0.5-quantile, which for an even number is the mean of the two in the middle (as NumPy; PyTorch's median is the lower of them).</summary>
    /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
    public static Tensor Median(this Tensor x, int axis = -1, bool keepAxis = false) => x.Quantile(0.5, axis, keepAxis);
}
