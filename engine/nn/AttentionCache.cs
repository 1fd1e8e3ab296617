namespace Adjoint;

/// <summary>
/// Keys and values of the tokens so far, for decoding token by token: what was projected once is not projected again. Memory and the count of tokens are tensors, so that a decoding step can be recorded
/// as a plan and replayed. No derivative flows through what is held.
/// </summary>
public sealed class AttentionCache
{
    readonly Tensor keys;
    readonly Tensor values;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="batch">Sequences.</param>
    /// <param name="heads">Heads of the attention.</param>
    /// <param name="capacity">The most tokens.</param>
    /// <param name="depth">Size of a head's keys and values.</param>
    /// <param name="dtype">f32 or f64.</param>
    /// <param name="device">Where it lives.</param>
    /// <exception cref="SettingException">A size is below 1.</exception>
    /// <exception cref="PlanException">Inside a recorded step.</exception>
    public AttentionCache(int batch, int heads, int capacity, int depth, DType dtype = DType.F32, Device? device = null)
    {
        Check.AtLeast(batch, 1, "AttentionCache batch");
        Check.AtLeast(heads, 1, "AttentionCache heads");
        Check.AtLeast(depth, 1, "AttentionCache depth");
        Capacity = Check.AtLeast(capacity, 1, "AttentionCache capacity");
        Device place = device ?? Settings.DefaultDevice;
        keys = StateMemory.Zeros([batch, heads, capacity, depth], dtype, place);
        values = StateMemory.Zeros([batch, heads, capacity, depth], dtype, place);
        Count = StateMemory.Zeros(Shape.Scalar, DType.I64, place);
    }

    /// <summary>The most tokens.</summary>
    public int Capacity { get; }

    /// <summary>Tokens held, i64 scalar. Write 0 to begin anew; tokens beyond the capacity are not held.</summary>
    public Tensor Count { get; }

    /// <summary>Takes in keys and values [batch, heads, tokens, depth] behind those held.</summary>
    /// <returns>All keys and values, and which of them each of the new tokens may see [tokens, capacity]: those before it, and itself.</returns>
    /// <exception cref="ShapeException">The shapes are not those of the cache.</exception>
    public (Tensor Keys, Tensor Values, Tensor Mask) Append(Tensor newKeys, Tensor newValues)
    {
        ArgumentNullException.ThrowIfNull(newKeys);
        ArgumentNullException.ThrowIfNull(newValues);
        Shape expected = newKeys.Rank == 4 ? keys.Shape.With(2, newKeys.Shape[2]) : keys.Shape;
        if (newKeys.Shape != expected || newValues.Shape != expected || expected[2] == 0)
            throw new ShapeException($"AttentionCache: keys {newKeys.Shape} and values {newValues.Shape} are not [{keys.Shape[0]}, {keys.Shape[1]}, tokens, {keys.Shape[3]}]. Make a cache of their sizes.");
        int tokens = newKeys.Shape[2];
        Tensor places = Tensor.Range(Capacity, device: keys.Device) - Count;
        Tensor source = places.Clamp(0, tokens - 1), isNew = places.GreaterOrEqual(0).And(places.Less(tokens)).Reshape([Capacity, 1]);
        Store(newKeys, keys, source, isNew);
        Store(newValues, values, source, isNew);
        Tensor mask = places.LessOrEqual(Tensor.Range(tokens, device: keys.Device).Reshape([tokens, 1]));
        (Count + tokens).CopyInto(Count);
        return (keys.Clone(), values.Clone(), mask);
    }

    static void Store(Tensor tokens, Tensor held, Tensor source, Tensor isNew) => TensorMath.Where(isNew, tokens.Detach().Select(2, source), held).CopyInto(held);
}
