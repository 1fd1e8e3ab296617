namespace Adjoint;

/// <summary>Complex numbers as pairs, and what goes with transforms.</summary>
public static partial class Fourier
{
    /// <summary>The complex tensor [..., 2] of real and imaginary parts.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor Complex(Tensor re, Tensor im) => TensorMath.Stack([re, im], -1);

    /// <summary>The complex tensor [..., 2] of real numbers.</summary>
    public static Tensor ToComplex(this Tensor re)
    {
        ArgumentNullException.ThrowIfNull(re);
        return re.Unsqueeze(-1).Pad(-1, 0, 1);
    }

    /// <summary>Real parts of a complex tensor.</summary>
    public static Tensor RealPart(this Tensor z) => Part(z, 0);

    /// <summary>Imaginary parts of a complex tensor.</summary>
    public static Tensor ImaginaryPart(this Tensor z) => Part(z, 1);

    /// <summary>re - i·im</summary>
    public static Tensor Conjugate(this Tensor z)
    {
        Checked(z);
        return z * Tensor.Range(2, 1, -2, z.DType, z.Device);
    }

    /// <summary>Product of complex tensors; axes before the last broadcast.</summary>
    /// <exception cref="ShapeException">A last axis is not of size 2.</exception>
    public static Tensor ComplexMultiply(this Tensor x, Tensor y)
    {
        Checked(x);
        Checked(y);

        // (a + ib)·y = a·y + b·iy, and iy is y turned by a quarter: (-im, re).
        Tensor quarter = y.Flip(-1) * Tensor.Range(2, -1, 2, y.DType, y.Device);
        return (x.Slice(-1, 0, 1) * y) + (x.Slice(-1, 1, 2) * quarter);
    }

    /// <summary>re² + im²</summary>
    public static Tensor SquaredModulus(this Tensor z)
    {
        Checked(z);
        return z.Square().Sum(-1);
    }

    /// <summary>|z|, whose derivative Re(z̄ dz) / max(|z|, guard) is 0 at 0.</summary>
    /// <exception cref="SettingException">The guard is not positive.</exception>
    public static Tensor Modulus(this Tensor z, double guard = 1e-12)
    {
        Checked(z);
        Check.InRange(guard, double.Epsilon, double.MaxValue, "Modulus guard");
        Tensor Direction(Tensor numbers, Tensor modulus) => numbers / modulus.Clamp(guard, double.MaxValue).Unsqueeze(-1);
        return Autodiff.Custom(
            "modulus",
            static inputs => inputs[0].SquaredModulus().Sqrt(),
            (inputs, modulus, cotangent) => [Direction(inputs[0], modulus) * cotangent.Unsqueeze(-1)],
            (inputs, modulus, tangents) => (Direction(inputs[0], modulus) * tangents[0]!).Sum(-1),
            z);
    }

    /// <summary>An axis turned so that the number of frequency 0, first in a transform, comes to the middle, at n/2.</summary>
    /// <param name="x">Any tensor. Axes are its own: of a complex one, the last counts.</param>
    /// <param name="axis">The axis.</param>
    public static Tensor FftShift(this Tensor x, int axis) => Rolled(x, axis, static n => (n + 1) / 2);

    /// <summary>Undoes <see cref="FftShift"/>.</summary>
    public static Tensor InverseFftShift(this Tensor x, int axis) => Rolled(x, axis, static n => n / 2);

    /// <summary>Frequencies of a transform of n numbers taken <paramref name="spacing"/> apart, in turns per unit: 0, 1, …, then from the most negative up to -1, all over n·spacing.</summary>
    public static Tensor Frequencies(int count, double spacing = 1, DType dtype = DType.F32, Device? device = null)
    {
        Check.AtLeast(count, 1, "Frequencies count");
        int ahead = (count + 1) / 2;
        double step = 1 / (count * spacing);
        Tensor positive = Tensor.Range(ahead, 0, step, dtype, device);
        return count == 1 ? positive : TensorMath.Concat([positive, Tensor.Range(count - ahead, -(count / 2) * step, step, dtype, device)], 0);
    }

    /// <summary>Frequencies of the n/2 + 1 numbers of <see cref="RealFft"/>.</summary>
    public static Tensor RealFrequencies(int count, double spacing = 1, DType dtype = DType.F32, Device? device = null) =>
        Tensor.Range((Check.AtLeast(count, 1, "RealFrequencies count") / 2) + 1, 0, 1 / (count * spacing), dtype, device);

    /// <summary>Cyclic convolution Σ_j x_j y_(k-j) of real numbers along the last axis, by transforms; other axes broadcast.</summary>
    /// <exception cref="ShapeException">The last axes differ.</exception>
    public static Tensor CyclicConvolution(this Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Rank == 0 || y.Rank == 0 || x.Shape[-1] != y.Shape[-1])
            throw new ShapeException($"cyclic_convolution: the last axes of {x.Shape} and {y.Shape} differ. Pad the shorter one.");
        return x.RealFft().ComplexMultiply(y.RealFft()).InverseRealFft(x.Shape[-1]);
    }

    static Tensor Rolled(Tensor x, int axis, Func<int, int> firstOf)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = x.Shape.Axis("fft_shift", axis);
        int first = firstOf(x.Shape[axis]);
        return first == 0 || first == x.Shape[axis] ? x : TensorMath.Concat([x.Slice(axis, first), x.Slice(axis, 0, first)], axis);
    }

    static Tensor Part(Tensor z, int index)
    {
        Checked(z);
        return z.At(-1, index);
    }

    static void Checked(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        FourierChecks.Complex("complex", z, 0);
    }
}
