using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>A complex number in registers.</summary>
readonly struct ComplexLane<V>(V re, V im) where V : unmanaged, ILane<V>
{
    public readonly V Re = re, Im = im;

    /// <summary>sum + x·y</summary>
    public static ComplexLane<V> MultiplyAdd(ComplexLane<V> x, ComplexLane<V> y, ComplexLane<V> sum) => new(
        V.MultiplyAdd(x.Re, y.Re, V.MultiplyAdd(-x.Im, y.Im, sum.Re)), V.MultiplyAdd(x.Re, y.Im, V.MultiplyAdd(x.Im, y.Re, sum.Im)));

    /// <summary>x·y</summary>
    public static ComplexLane<V> Multiply(ComplexLane<V> x, ComplexLane<V> y) => MultiplyAdd(x, y, new(V.From(0), V.From(0)));

    /// <summary>Real and imaginary part exchanged, if asked for.</summary>
    public ComplexLane<V> Swapped(bool swaps) => swaps ? new(Im, Re) : this;

    /// <summary>The number at a place, in complex numbers.</summary>
    public static ComplexLane<V> At(ArrayView<V> numbers, long place) => new(numbers[2 * place], numbers[(2 * place) + 1]);

    /// <summary>Writes it to a place.</summary>
    public void To(ArrayView<V> numbers, long place)
    {
        numbers[2 * place] = Re;
        numbers[(2 * place) + 1] = Im;
    }

    /// <summary>e^(-2πi·j/n)</summary>
    public static ComplexLane<V> Turn(long j, long n)
    {
        var angle = new Scalar64(Float64.Multiply(6.283185307179586, Float64.Divide(Float64.FromInt(j), Float64.FromInt(n))));
        return new(V.From(Elementary.Cos(angle).Value), V.From((-Elementary.Sin(angle)).Value));
    }
}
