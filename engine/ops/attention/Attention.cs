using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// softmax(scale·q·kᵀ + bias)·v in memory linear in queries and keys: blocks of scores are made, used and forgotten (Rabe, Staats 2021; Dao et al. 2022). Inputs: queries [batch, heads, queries,
/// depth], keys [batch, heads, keys, depth], values [batch, heads, keys, width], and a bias that broadcasts to [batch, heads, queries, keys] if there is one. Outputs: the result [batch, heads,
/// queries, width], and the logarithm of each row's sum of exponentials, +∞ for a query that sees no key: the derivative makes the weights anew from it.
/// </summary>
/// <param name="Causal">Whether query i sees keys 0 to i only.</param>
/// <param name="Scale">Factor on the products of queries and keys.</param>
public sealed record Attention(bool Causal, double Scale) : FloatOp
{
    public override string Name => "attention";

    public override int OutputCount => 2;

    public override Bound Bound => Bound.Compute;

    public override Saves Saves => Saves.Inputs | Saves.Output;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        AttentionShapes.Check(Name, inputs[0], inputs[1], inputs[2], inputs.Length > 3 ? inputs[3] : null);
        Shape q = inputs[0].Shape;
        return new Signature(output == 0 ? q.With(3, inputs[2].Shape[3]) : q.Without(3), inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor? bias = inputs.Length > 3 ? inputs[3] : null;
        fixed (T* q = &inputs[0].First<T>(), k = &inputs[1].First<T>(), v = &inputs[2].First<T>(), b = &(bias ?? inputs[0]).First<T>())
        fixed (T* y = &outputs[0].First<T>(), logs = &outputs[1].First<T>())
            AttentionKernel.Run(AttentionShapes.Sizes(inputs[0], inputs[1], inputs[2], bias, Causal, Scale), q, k, v, bias is null ? null : b, y, logs);
    }

    static readonly TypedKernels Kernels = new("attention");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        AttentionSizes sizes = AttentionShapes.Sizes(inputs[0], inputs[1], inputs[2], inputs.Length > 3 ? inputs[3] : null, Causal, Scale);
        KernelCall call = queue.Call(Kernels.Of(inputs[0].DType), AttentionShapes.Grid(sizes.Items, sizes.Queries, sizes.Width)).Dense(inputs[..3]);
        call = inputs.Length > 3 ? call.Dense(inputs[3]) : call.Nothing();
        call.Dense(outputs).Value(sizes).Run();
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        2L * outputs[1].Count * inputs[1].Shape[2] * (inputs[0].Shape[3] + inputs[2].Shape[3]) / (Causal ? 2 : 1);

    public override void Vjp(VjpRule rule)
    {
        Tensor? bias = rule.InputCount > 3 ? rule.Input(3) : null;
        Tensor t = rule.Cotangent.Contiguous(), q = rule.X, k = rule.Y, v = rule.Input(2);
        if (rule.Needs(0) || rule.Needs(1) || rule.Needs(2))
        {
            // The derivative's own rules go by t, q, k, v and the bias alone: what follows from these is constant to them.
            Tensor dots = (t.Detach() * rule.Result.Detach()).Sum(-1), logs = rule.Output(1).Detach();
            var op = new AttentionDerivative(Causal, Scale);
            Tensor[] parts = bias is null ? Dispatch.RunMany(op, t, q, k, v, logs, dots) : Dispatch.RunMany(op, t, q, k, v, logs, dots, bias);
            for (int i = 0; i < 3; i++)
            {
                if (rule.Needs(i)) rule.Give(i, parts[i]);
            }
        }

        // A learned bias has as many numbers as the scores, so nothing is saved by blocks.
        if (bias is null || !rule.Needs(3)) return;
        bool keep = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        Tensor variable = bias.Variable();
        rule.Give(3, Autodiff.Vjp([PlainAttention.Of(q, k, v, variable, Causal, Scale)], [variable], [t], keep, cut: true)[0]);
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        // The logarithms reach nothing but the derivative, which takes them as constants.
        if (rule.OutputIndex == 1) return null;
        bool keep = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        var inputs = new Tensor[rule.InputCount];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = rule.Input(i).Variable();
        return PlainAttention.Tangent(rule, inputs, PlainAttention.Of(inputs[0], inputs[1], inputs[2], inputs.Length > 3 ? inputs[3] : null, Causal, Scale), keep);
    }
}
