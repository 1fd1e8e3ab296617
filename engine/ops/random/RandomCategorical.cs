using Adjoint.Kernels;

namespace Adjoint;

/// <summary>One class for each row of dense logits, by Gumbel-max; inputs are the generator's state and the logits.</summary>
public sealed record RandomCategorical : RandomOp
{
    public override string Name => "random_categorical";

    public override ulong Blocks(ReadOnlySpan<Tensor> inputs) => BlocksOf(inputs[1].DType, inputs[1].Count);

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[1]);
        if (inputs[1].Shape[-1] == 0) throw new ShapeException($"{Name}: the logits {inputs[1].Shape} have no classes. Pass at least one column.");
        return new Signature(inputs[1].Shape.Without(inputs[1].Rank - 1), DType.I64);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int columns = inputs[1].Shape[-1];
        if (inputs[1].DType == DType.F32) Categorical.FromLogits(inputs[1].Span<float>(), outputs[0].Span<long>(), columns, Position(inputs[0]));
        else Categorical.FromLogits(inputs[1].Span<double>(), outputs[0].Span<long>(), columns, Position(inputs[0]));
    }

    static readonly TypedKernels Kernels = new("random_from_logits");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int rows = outputs[0].Count;
        queue.Call(Kernels.Of(inputs[1].DType), rows).Dense(inputs).Dense(outputs[0]).Value(rows).Value(inputs[1].Shape[-1]).Run();
    }
}
