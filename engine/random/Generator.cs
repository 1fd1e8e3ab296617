using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// A stream of random numbers whose state, a key and a counter, is a tensor: draws move the counter on, inside recorded steps as well, so replays go on with the stream where the
/// last run ended. Save <see cref="State"/> in a checkpoint to continue with the same numbers.
/// </summary>
public sealed partial class Generator
{
    /// <summary>A stream that starts at the beginning of the key's numbers.</summary>
    public Generator(Key key)
    {
        using var outside = Step.Outside();
        State = Tensor.From<long>([unchecked((long)key.Value), 0], [2]);
    }

    /// <summary>Key and counter, i64 [2].</summary>
    public Tensor State { get; }

    /// <summary>Numbers uniform in [0, 1).</summary>
    public Tensor Uniform(Shape shape, DType dtype = DType.F32) => Draw(new RandomFill(RandomKind.Uniform, shape, dtype, 0, 0));

    /// <summary>Numbers uniform in [low, high).</summary>
    public Tensor Uniform(Shape shape, double low, double high, DType dtype = DType.F32) => Uniform(shape, dtype).Affine(high - low, low);

    /// <summary>Standard normal numbers (Box-Muller).</summary>
    public Tensor Normal(Shape shape, DType dtype = DType.F32) => Draw(new RandomFill(RandomKind.Normal, shape, dtype, 0, 0));

    /// <summary>Standard Gumbel numbers, -log(-log u).</summary>
    public Tensor Gumbel(Shape shape, DType dtype = DType.F32) => Draw(new RandomFill(RandomKind.Gumbel, shape, dtype, 0, 0));

    /// <summary>Whole numbers (i64 or i32) from low up to but without high.</summary>
    /// <exception cref="SettingException">low is not below high.</exception>
    public Tensor Integers(Shape shape, long low, long high, DType dtype = DType.I64)
    {
        if (low >= high) throw new SettingException($"Integers: low = {low} is not below high = {high}. Swap or widen them.");
        return Draw(new RandomFill(RandomKind.Integers, shape, dtype, low, high));
    }

    /// <summary>A mask that is true with the given probability.</summary>
    /// <exception cref="SettingException">The probability is outside [0, 1].</exception>
    public Tensor Bernoulli(Shape shape, double probability) =>
        Draw(new RandomFill(RandomKind.Bernoulli, shape, DType.Bool, Check.InRange(probability, 0, 1, "Bernoulli probability"), 0));

    /// <summary>0 … count-1 in random order, i64.</summary>
    /// <exception cref="SettingException">The count is negative.</exception>
    /// <exception cref="ShapeException">The result would be larger than a storage can be.</exception>
    public Tensor Permutation(int count)
    {
        Check.AtLeast(count, 0, "Permutation count");
        if (count > Storage.MaxBytes / sizeof(long))
            throw new ShapeException($"random_permutation: {count} numbers are more than a tensor can hold. Permute at most {Storage.MaxBytes / sizeof(long)}.");
        return Draw(new RandomPermutation(count));
    }

    /// <summary>
    /// One class (i64) for each row of logits [..., classes], with probability softmax of the row, by the largest of logit plus Gumbel noise. -1 for a row of -inf.
    /// </summary>
    public Tensor Categorical(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        Require.MinimumRank("random_categorical", "logits", logits, 1);
        return Draw(new RandomCategorical(), logits.Detach().Contiguous());
    }

    /// <summary>-1 or 1 with equal probability.</summary>
    public Tensor Rademacher(Shape shape, DType dtype = DType.F32) => Bernoulli(shape, 0.5).To(dtype).Affine(2, -1);

    /// <summary>Exponential numbers of mean one, by inversion.</summary>
    public Tensor Exponential(Shape shape, DType dtype = DType.F32) => -Uniform(shape, dtype).Affine(-1, 1).Log();

    /// <summary>Laplace numbers of scale one: exponential ones with a random sign.</summary>
    public Tensor Laplace(Shape shape, DType dtype = DType.F32) => Exponential(shape, dtype) * Rademacher(shape, dtype);

    /// <summary>
    /// Numbers of density proportional to exp(-|v|^power), the generalised Laplace (or normal) law of scale one: |v| = Gamma(1/power)^(1/power). A power of 1 gives Laplace's, 2 a normal law of
    /// variance ½.
    /// </summary>
    /// <exception cref="SettingException">The power is not positive.</exception>
    public Tensor GeneralizedLaplace(Shape shape, double power, DType dtype = DType.F32)
    {
        Check.InRange(power, double.Epsilon, double.MaxValue, "GeneralizedLaplace power");
        return Gamma(shape, 1 / power, dtype).Pow(1 / power) * Rademacher(shape, dtype);
    }

    /// <summary>Gamma numbers of scale one, one for each of the shape parameters α (f32 or f64; NaN where α is not positive). No derivative flows to α.</summary>
    public Tensor Gamma(Tensor concentration)
    {
        ArgumentNullException.ThrowIfNull(concentration);
        return Draw(new RandomFromLaw<GammaLaw>(), concentration.Detach().Contiguous());
    }

    /// <summary>Gamma numbers of one shape parameter and scale one.</summary>
    /// <exception cref="SettingException">α is not positive.</exception>
    public Tensor Gamma(Shape shape, double concentration, DType dtype = DType.F32) =>
        Gamma(Tensor.Full(shape, Check.InRange(concentration, double.Epsilon, double.MaxValue, "Gamma concentration"), dtype));

    /// <summary>Poisson counts as floats, one for each of the means (f32 or f64; NaN where a mean is negative). No derivative flows to the means.</summary>
    public Tensor Poisson(Tensor rate)
    {
        ArgumentNullException.ThrowIfNull(rate);
        return Draw(new RandomFromLaw<PoissonLaw>(), rate.Detach().Contiguous());
    }

    internal Tensor Draw(RandomOp op, params ReadOnlySpan<Tensor> operands)
    {
        ReadOnlySpan<Tensor> inputs = [State, .. operands];
        Tensor drawn = Dispatch.Run(op, inputs);
        Dispatch.RunInto(new AdvanceRandom(op.Blocks(inputs)), [], [State]);
        return drawn;
    }
}
