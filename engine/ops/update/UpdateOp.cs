using Adjoint.Kernels;

namespace Adjoint;

/// <summary>An op that rewrites flat buffers in place, reading its scalars (learning rate, step count) from state tensors when it runs.</summary>
public abstract record UpdateOp : Op
{
    /// <summary>
    /// How a moving average of what is moved follows in the same pass, to the bits of an op of its own behind; null for none. Its step count is then
    /// a last input, and the average a last output.
    /// </summary>
    public UpdateAverage? Average { get; init; }

    /// <summary>Whether the gradient is the sum of the first input and the last but the average's step count. On the host only.</summary>
    public bool HasAddend { get; init; }

    public sealed override bool IsDifferentiable => false;

    public sealed override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    /// <inheritdoc/>
    // What it moves it reads first.
    public override long Bytes(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => BytesOf(inputs) + (2 * BytesOf(outputs));

    /// <summary>Numbers that kernels need of each step, f64.</summary>
    private protected const int FactorCount = 4;

    /// <summary>The kernels of a rule, alone and with an average behind it.</summary>
    private protected sealed class RuleKernels(string rule)
    {
        readonly TypedKernels alone = new("update", [rule, "WithoutAverage"]), followed = new("update", [rule, "WithAverage"]);

        public KernelReference Of(DType dtype, bool isFollowed) => (isFollowed ? followed : alone).Of(dtype);
    }

    /// <summary>Room for the numbers of a step.</summary>
    private protected static ulong Factors(LaunchQueue queue) => queue.Scratch(FactorCount * sizeof(double));

    /// <summary>Begins the launch of one thread that works out the numbers of a step, the average's among them; what the rule needs follows.</summary>
    private protected KernelCall WriteFactors(LaunchQueue queue, KernelReference kernel, ulong factors, ReadOnlySpan<Tensor> inputs)
    {
        KernelCall call = queue.Call(kernel, 1);
        return (Average is null ? call.Nothing() : call.Dense(inputs[^1])).View(factors, FactorCount).Value(Average?.Law ?? default);
    }

    /// <summary>Begins the launch that moves outputs[0], its states and the average in one pass by a rule, whose settings follow.</summary>
    private protected KernelCall Move(LaunchQueue queue, RuleKernels kernels, int states, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, Tensor scale, ulong factors)
    {
        Tensor target = outputs[0];
        KernelCall call = queue.Call(kernels.Of(target.DType, Average is not null), PointwiseLaunch.Packs(target)).Dense(target).Dense(inputs[0]);
        call = states > 0 ? call.Dense(outputs[1]) : call.Nothing();
        call = states > 1 ? call.Dense(outputs[2]) : call.Nothing();
        call = Average is null ? call.Nothing() : call.Dense(outputs[^1]);
        return call.Dense(scale).View(factors, FactorCount).Value((long)target.Count);
    }

    /// <summary>A scalar of type f32 or f64.</summary>
    private protected static double Number(Tensor x) => x.DType == DType.F32 ? x.First<float>() : x.First<double>();

    /// <summary>A scalar of type i64.</summary>
    private protected static long Count(Tensor x) => x.First<long>();

    /// <summary>Runs a rule over outputs[0] and its states outputs[1..], with inputs[0] beside.</summary>
    private protected void Run<TRule>(TRule rule, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) where TRule : struct, IUpdateRule
    {
        double? weight = Average is null ? null : 1 - Average.Kept(Count(inputs[^1]));
        Tensor? addend = HasAddend ? inputs[Average is null ? ^1 : ^2] : null;
        if (inputs[0].DType == DType.F32) Run<TRule, float>(rule, weight, inputs[0], addend, outputs);
        else Run<TRule, double>(rule, weight, inputs[0], addend, outputs);
    }

    static unsafe void Run<TRule, T>(TRule rule, double? weight, Tensor source, Tensor? addend, ReadOnlySpan<Tensor> outputs)
        where TRule : struct, IUpdateRule
        where T : unmanaged
    {
        // Buffers that a rule does not have are pointed at another one and left alone.
        fixed (T* x = &source.First<T>(), y = &outputs[0].First<T>(), first = &outputs[Math.Min(1, outputs.Length - 1)].First<T>())
        fixed (T* second = &outputs[Math.Min(2, outputs.Length - 1)].First<T>(), last = &outputs[^1].First<T>(), added = &(addend ?? source).First<T>())
        {
            UpdateKernel.Run(rule, new UpdateBuffers<T>(y, x, first, second) { Addend = addend is null ? null : added, Average = weight.HasValue ? last : null, AverageWeight = weight ?? 0 }, source.Count);
        }
    }
}
