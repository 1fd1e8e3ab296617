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

    static readonly TypedKernels Averages = new("update", ["AverageDeviceRule"]);
    static readonly KernelReference AverageFactors = new("update_average_factors"), RateFactors = new("update_rate_factors");

    // Factors are f64 [4].
    const int FactorCount = 4;

    /// <summary>Room for the numbers that a rule needs of each step.</summary>
    private protected static ulong Factors(LaunchQueue queue) => queue.Scratch(FactorCount * sizeof(double));

    /// <summary>Begins the launch that moves outputs[0] and its states by a rule, whose settings follow; factors and the factor on the gradient are in device memory.</summary>
    private protected static KernelCall Move(LaunchQueue queue, TypedKernels kernels, int states, Tensor source, ReadOnlySpan<Tensor> outputs, ulong scale, ulong factors)
    {
        Tensor target = outputs[0];
        return queue.Call(kernels.Of(target.DType), PointwiseLaunch.Packs(target)).Dense(target).Dense(source)
            .Dense(outputs[states > 0 ? 1 : 0]).Dense(outputs[states > 1 ? 2 : 0]).View(scale, 1).View(factors, FactorCount).Value((long)target.Count);
    }

    /// <summary>The factor of rules of gradient descent.</summary>
    private protected static ulong Rate(LaunchQueue queue, Tensor learningRate, double rateScale)
    {
        ulong factors = Factors(queue);
        queue.Call(RateFactors, 1).Dense(learningRate).View(factors, FactorCount).Value(rateScale).Run();
        return factors;
    }

    /// <summary>Moves an average towards parameters.</summary>
    private protected static void Follow(LaunchQueue queue, UpdateAverage average, Tensor source, Tensor step, Tensor target)
    {
        ulong factors = Factors(queue), one = queue.Scratch(sizeof(double));
        queue.Call(AverageFactors, 1).Dense(step).View(factors, FactorCount).Value(average.Kind == AverageKind.Power ? 1 : 0).Value(average.Constant).Run();
        KernelCall fill = queue.Call(WordKernels.Fill.Of(target.DType), 1).View(one, 1).Value(1L);
        (target.DType == DType.F32 ? fill.Value(1f) : fill.Value(1.0)).Run();
        Move(queue, Averages, 0, source, new ReadOnlySpan<Tensor>(in target), one, factors).Value((byte)0).Run();
    }

    /// <summary>Moves the average, if there is one, in launches of its own.</summary>
    private protected void FollowIfAny(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (Average is not null) Follow(queue, Average, outputs[0], inputs[^1], outputs[^1]);
    }

    /// <summary>A scalar of type f32 or f64.</summary>
    private protected static double Number(Tensor x) => x.DType == DType.F32 ? x.First<float>() : x.First<double>();

    /// <summary>A scalar of type i64.</summary>
    private protected static long Count(Tensor x) => x.First<long>();

    /// <summary>Runs a rule over outputs[0] and its states outputs[1..], with inputs[0] beside.</summary>
    private protected void Run<TRule>(TRule rule, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) where TRule : struct, IUpdateRule
    {
        double? weight = Average is null ? null : 1 - Average.Kept(Count(inputs[^1]));
        if (inputs[0].DType == DType.F32) Run<TRule, float>(rule, weight, inputs[0], outputs);
        else Run<TRule, double>(rule, weight, inputs[0], outputs);
    }

    static unsafe void Run<TRule, T>(TRule rule, double? weight, Tensor source, ReadOnlySpan<Tensor> outputs)
        where TRule : struct, IUpdateRule
        where T : unmanaged
    {
        // Buffers that a rule does not have are pointed at another one and left alone.
        fixed (T* x = &source.First<T>(), y = &outputs[0].First<T>(), first = &outputs[Math.Min(1, outputs.Length - 1)].First<T>())
        fixed (T* second = &outputs[Math.Min(2, outputs.Length - 1)].First<T>(), last = &outputs[^1].First<T>())
        {
            UpdateKernel.Run(rule, new UpdateBuffers<T>(y, x, first, second) { Average = weight.HasValue ? last : null, AverageWeight = weight ?? 0 }, source.Count);
        }
    }
}
