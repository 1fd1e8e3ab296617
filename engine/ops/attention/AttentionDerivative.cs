using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// The reverse derivative of <see cref="Attention"/> in memory linear in queries and keys. Inputs: the cotangent t, queries, keys, values, the logarithms of the forward op, the sums of t times its
/// result along rows, and the bias if there is one; outputs: the cotangents of queries, keys and values. Logarithms and sums follow from the other inputs, so that derivatives go by those alone;
/// they are taken of the plain form, whose memory is quadratic.
/// </summary>
/// <param name="Causal">As of the forward op.</param>
/// <param name="Scale">As of the forward op.</param>
public sealed record AttentionDerivative(bool Causal, double Scale) : FloatOp
{
    const int BiasPlace = 6;

    public override string Name => "attention_derivative";

    public override int OutputCount => 3;

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        AttentionShapes.Check(Name, inputs[1], inputs[2], inputs[3], Bias(inputs));
        Shape rows = inputs[1].Shape.Without(3), result = inputs[1].Shape.With(3, inputs[3].Shape[3]);
        CheckShape("the cotangent", inputs[0], inputs[1], result);
        CheckShape("the logarithms", inputs[4], inputs[1], rows);
        CheckShape("the sums", inputs[5], inputs[1], rows);
        return new Signature(inputs[output + 1].Shape, inputs[1].DType);
    }

    void CheckShape(string role, Tensor x, Tensor queries, Shape shape)
    {
        Require.SameType(Name, queries, x);
        if (x.Shape != shape) throw new ShapeException($"{Name}: {role} has shape {x.Shape}, not {shape}. Pass what belongs to the forward op.");
    }

    static Tensor? Bias(ReadOnlySpan<Tensor> inputs) => inputs.Length > BiasPlace ? inputs[BiasPlace] : null;

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor? bias = Bias(inputs);
        fixed (T* t = &inputs[0].First<T>(), q = &inputs[1].First<T>(), k = &inputs[2].First<T>(), v = &inputs[3].First<T>(), logs = &inputs[4].First<T>())
        fixed (T* dots = &inputs[5].First<T>(), b = &(bias ?? inputs[0]).First<T>(), toQ = &outputs[0].First<T>(), toK = &outputs[1].First<T>(), toV = &outputs[2].First<T>())
        {
            AttentionSizes sizes = AttentionShapes.Sizes(inputs[1], inputs[2], inputs[3], bias, Causal, Scale);
            AttentionDerivativeKernel.Run(sizes, t, q, k, v, logs, dots, bias is null ? null : b, toQ, toK, toV);
        }
    }

    static readonly CotangentKernels ToQueries = new("ToQueries"), ToKeys = new("ToKeys"), ToValues = new("ToValues");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor t = inputs[0], q = inputs[1], k = inputs[2], v = inputs[3], logs = inputs[4], dots = inputs[5];
        Tensor? bias = Bias(inputs);
        AttentionSizes sizes = AttentionShapes.Sizes(q, k, v, bias, Causal, Scale);

        // Rows and columns of the scores, their partners in the products with the cotangent, and what the weights sum up.
        Launch(queue, ToQueries, sizes.Queries, sizes.Depth, [q, k, t, v, k], outputs[0]);
        Launch(queue, ToKeys, sizes.Keys, sizes.Depth, [k, q, v, t, q], outputs[1]);
        Launch(queue, ToValues, sizes.Keys, sizes.Width, [k, q, v, t, t], outputs[2]);

        void Launch(LaunchQueue queue, CotangentKernels kernels, int rows, int columns, ReadOnlySpan<Tensor> operands, Tensor target)
        {
            KernelCall call = queue.Call(kernels.Of(q.DType), AttentionShapes.Grid(sizes.Items, rows, columns)).Dense(operands).Dense(logs).Dense(dots);
            call = bias is null ? call.Nothing() : call.Dense(bias);
            call.Dense(target).Value(sizes).Run();
        }
    }

    // The kernels of a cotangent; those of f64 take more registers and so have a line of their own.
    sealed class CotangentKernels(string cotangent)
    {
        readonly TypedKernels single = new("attention_derivative", after: [cotangent]), wide = new("attention_derivative_double", after: [cotangent]);

        public KernelReference Of(DType dtype) => (dtype == DType.F32 ? single : wide).Of(dtype);
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        2L * inputs[4].Count * inputs[2].Shape[2] * ((3 * inputs[1].Shape[3]) + (2 * inputs[3].Shape[3])) / (Causal ? 2 : 1);

    public override void Vjp(VjpRule rule)
    {
        bool keep = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        var (inputs, parts) = Again(rule);
        var outputs = new List<Tensor>();
        var cotangents = new List<Tensor>();
        for (int i = 0; i < parts.Length; i++)
        {
            if (rule.CotangentOf(i) is not { } cotangent) continue;
            outputs.Add(parts[i]);
            cotangents.Add(cotangent);
        }

        var wanted = new List<int>();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (rule.Needs(i) && i is not (4 or 5)) wanted.Add(i);
        }

        Tensor[] found = Autodiff.Vjp(outputs.ToArray(), wanted.ConvertAll(i => inputs[i]).ToArray(), cotangents.ToArray(), keep, cut: true);
        for (int i = 0; i < found.Length; i++) rule.Give(wanted[i], found[i]);
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        bool keep = Tape.IsRecording;
        using var recording = Tape.Recording(true);
        var (inputs, parts) = Again(rule);
        return PlainAttention.Tangent(rule, inputs, parts[rule.OutputIndex], keep);
    }

    // The plain form's derivative at fresh variables.
    (Tensor[] Inputs, Tensor[] Parts) Again(Saved rule)
    {
        var inputs = new Tensor[rule.InputCount];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = rule.Input(i).Variable();
        Tensor result = PlainAttention.Of(inputs[1], inputs[2], inputs[3], Bias(inputs), Causal, Scale);
        return (inputs, Autodiff.Vjp([result], inputs.AsSpan(1, 3), [inputs[0]], keepGraph: true, cut: true));
    }
}
