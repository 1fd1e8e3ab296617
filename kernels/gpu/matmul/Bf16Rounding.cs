using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// f32 to the 16 bits of bf16, to nearest, halves to even, for the operands of rung 6. Layout: four numbers a thread. Launch: one thread for each four. Limit: memory bandwidth.
/// </summary>
public static class Bf16Rounding
{
    /// <summary>y = x rounded, for count numbers.</summary>
    public static void Run(ArrayView<float> x, ArrayView<ushort> y, long count)
    {
        long four = Places.Thread, first = four * 4;
        if (first >= count) return;
        if (first + 4 <= count)
        {
            Float4 numbers = x.Cast<Float4>()[four];
            y.Cast<Registers2>()[four] = new()
            {
                A = MatrixUnits.ToBf16Pair(numbers.X, numbers.Y),
                B = MatrixUnits.ToBf16Pair(numbers.Z, numbers.W),
            };
            return;
        }

        for (long i = first; i < count; i++) y[i] = (ushort)MatrixUnits.ToBf16Pair(x[i], 0);
    }
}
