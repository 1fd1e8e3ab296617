namespace Adjoint;

/// <summary>Makes the first values of a parameter, drawing from a generator that belongs to it alone.</summary>
public delegate Tensor Initializer(Shape shape, DType dtype, Generator generator);

/// <summary>
/// The usual first values. Fans are counted for weights [out, in, ...]: the fan-in is in times the product of further axes, the fan-out likewise.
/// </summary>
public static class Initializers
{
    /// <summary>0 everywhere.</summary>
    public static Initializer Zeros { get; } = Constant(0);

    /// <summary>1 everywhere.</summary>
    public static Initializer Ones { get; } = Constant(1);

    /// <summary>The default of PyTorch's linear and convolution layers: uniform within ±1/√(fan-in).</summary>
    public static Initializer LinearDefault { get; } = KaimingUniform(Math.Sqrt(1.0 / 3));

    /// <summary>Normal with variance 1/(fan-in), which keeps activations normalised under SELU: Klambauer et al. 2017.</summary>
    public static Initializer LecunNormal { get; } = KaimingNormal(1);

    /// <summary>The same value everywhere.</summary>
    public static Initializer Constant(double value) => (shape, dtype, _) => Tensor.Full(shape, value, dtype);

    /// <summary>Uniform in [-bound, bound).</summary>
    /// <exception cref="SettingException">The bound is negative.</exception>
    public static Initializer Uniform(double bound)
    {
        Check.InRange(bound, 0, double.MaxValue, "Uniform bound");
        return (shape, dtype, generator) => generator.Uniform(shape, -bound, bound, dtype);
    }

    /// <summary>Normal with mean 0.</summary>
    /// <exception cref="SettingException">The standard deviation is negative.</exception>
    public static Initializer Normal(double standardDeviation)
    {
        Check.InRange(standardDeviation, 0, double.MaxValue, "Normal standard deviation");
        return (shape, dtype, generator) => generator.Normal(shape, dtype) * standardDeviation;
    }

    /// <summary>Uniform with variance 2·gain²/(fan-in + fan-out): Glorot, Bengio 2010.</summary>
    public static Initializer XavierUniform(double gain = 1) => Scaled(gain, MeanFan, uniform: true);

    /// <summary>Normal with variance 2·gain²/(fan-in + fan-out).</summary>
    public static Initializer XavierNormal(double gain = 1) => Scaled(gain, MeanFan, uniform: false);

    /// <summary>Uniform with variance gain²/(fan-in): He et al. 2015. The gain of relu is √2; see <see cref="Activation.Gain"/>.</summary>
    public static Initializer KaimingUniform(double gain) => Scaled(gain, FanIn, uniform: true);

    /// <summary>Normal with variance gain²/(fan-in).</summary>
    public static Initializer KaimingNormal(double gain) => Scaled(gain, FanIn, uniform: false);

    static Initializer Scaled(double gain, Func<Shape, double> fan, bool uniform)
    {
        Check.InRange(gain, 0, double.MaxValue, "Initializer gain");
        return (shape, dtype, generator) =>
        {
            if (shape.Rank < 2) throw new ShapeException($"Initializer: {shape} has no fans, which a weight [out, in, ...] has. Use Uniform or Normal.");
            double deviation = gain / Math.Sqrt(Math.Max(fan(shape), 1));
            return (uniform ? Uniform(Math.Sqrt(3) * deviation) : Normal(deviation))(shape, dtype, generator);
        };
    }

    static double FanIn(Shape shape) => (double)shape[1] * shape.CountOf(2..);

    static double MeanFan(Shape shape) => ((double)shape[0] + shape[1]) * shape.CountOf(2..) / 2;
}
