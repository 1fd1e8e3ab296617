namespace Adjoint.Models.GaussianProcesses;

/// <summary>
/// A positive semidefinite function of two vectors, with hyper-parameters. Kernels add and multiply: <c>new ConstantKernel(2) * new RbfKernel([1, 1]) + new LinearKernel()</c>. A kernel belongs to
/// one <see cref="GaussianProcess"/>, which gives its hyper-parameters memory.
/// </summary>
public abstract class Kernel : Module
{
    readonly List<HyperParameter> own = [];
    readonly List<Kernel> parts = [];

    /// <summary>Hyper-parameters of this kernel and its parts.</summary>
    public IEnumerable<HyperParameter> HyperParameters => own.Concat(parts.SelectMany(static part => part.HyperParameters));

    /// <summary>k(x_i, y_j) [n, m] between rows x [n, features] and y [m, features] that stand for different observations.</summary>
    public abstract Tensor Between(Tensor x, Tensor y);

    /// <summary>k(x_i, x_j) [n, n] of one set of observations, symmetric.</summary>
    public virtual Tensor Gram(Tensor x) => Between(x, x);

    /// <summary>k(x_i, x_i) [n].</summary>
    public abstract Tensor Diagonal(Tensor x);

    /// <summary>The sum of two kernels.</summary>
    public static Kernel operator +(Kernel first, Kernel second) => new SumKernel(first, second);

    /// <summary>The product of two kernels.</summary>
    public static Kernel operator *(Kernel first, Kernel second) => new ProductKernel(first, second);

    /// <summary>A kernel with another variance: the product with a learned constant.</summary>
    public static Kernel operator *(double variance, Kernel kernel) => new ProductKernel(new ConstantKernel(variance), kernel);

    /// <summary>Registers positive numbers.</summary>
    /// <param name="name">Name within the kernel.</param>
    /// <param name="initial">First values.</param>
    /// <param name="prior">What is believed of them.</param>
    /// <param name="isLearned">Whether fitting moves them.</param>
    /// <exception cref="SettingException">A value is not a finite number above 0.</exception>
    private protected HyperParameter Positive(string name, ReadOnlySpan<double> initial, Prior? prior, bool isLearned)
    {
        double[] values = initial.ToArray();
        if (values.Length == 0) throw new SettingException($"{GetType().Name}: {name} has no values. Give at least one.");
        foreach (double value in values) Check.InRange(value, 1e-6, 1e6, $"{GetType().Name}: {name}");
        Parameter? logarithm = isLearned ? Add(name, [values.Length], (_, dtype, _) => Tensor.From<double>(values).Log().To(dtype)) : null;
        var parameter = new HyperParameter(name, values, prior, logarithm, double.Epsilon);
        own.Add(parameter);
        return parameter;
    }

    /// <summary>Registers a kernel within this one.</summary>
    private protected Kernel Part(string name, Kernel kernel)
    {
        parts.Add(Child(name, kernel));
        return kernel;
    }
}
