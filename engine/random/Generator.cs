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

    Tensor Draw(RandomOp op, params ReadOnlySpan<Tensor> operands)
    {
        ReadOnlySpan<Tensor> inputs = [State, .. operands];
        Tensor drawn = Dispatch.Run(op, inputs);
        Dispatch.RunInto(new AdvanceRandom(op.Blocks(inputs)), [], [State]);
        return drawn;
    }
}
