using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Sums of a table's rows: y[r, :] = bias + Σ_j table[indices[r, j], :], the product of k-hot rows with the table without their zeros. Inputs: table [size, width],
/// indices i64 [rows, hot], of which -1 adds nothing, and perhaps a bias [width].
/// </summary>
public sealed record GatherSum : FloatOp
{
    public override string Name => "gather_sum";

    public override Saves Saves => Saves.Second;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.Type(Name, "the indices", inputs[1], DType.I64);
        Require.Rank(Name, "the table", inputs[0], 2);
        Require.Rank(Name, "the indices", inputs[1], 2);
        int width = inputs[0].Shape[1];
        if (inputs.Length > 2)
        {
            Require.SameType(Name, inputs[0], inputs[2]);
            if (inputs[2].Rank != 1 || inputs[2].Shape[0] != width)
                throw new ShapeException($"gather_sum: the bias {inputs[2].Shape} does not fit the table {inputs[0].Shape}. Pass one of shape [{width}].");
        }

        return new Signature([inputs[1].Shape[0], width], inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* table = &inputs[0].First<T>(), target = &outputs[0].First<T>(), bias = &inputs[^1].First<T>())
        fixed (long* indices = &inputs[1].First<long>())
            new Rows<T>(table, indices, inputs.Length > 2 ? bias : null, target, inputs[0].Shape, inputs[1].Shape).Gather(Name);
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) => inputs[0].DType == DType.F32 ? new Call<float>(Name, inputs, outputs[0]) : new Call<double>(Name, inputs, outputs[0]);

    sealed unsafe class Call<T>(string name, Tensor[] inputs, Tensor y) : PlannedCall where T : unmanaged, INumber<T>
    {
        readonly Rows<T> rows = new(
            (T*)inputs[0].Address(), (long*)inputs[1].Address(), inputs.Length > 2 ? (T*)inputs[2].Address() : null, (T*)y.Address(), inputs[0].Shape, inputs[1].Shape);

        public override void Run() => rows.Gather(name);
    }

    readonly unsafe struct Rows<T>(T* table, long* indices, T* bias, T* target, Shape ofTable, Shape ofIndices) where T : unmanaged, INumber<T>
    {
        readonly int size = ofTable[0], width = ofTable[1], count = ofIndices[0], hot = ofIndices[1];

        public void Gather(string op)
        {
            IndexChecks.RequireOrNone(op, indices, count * hot, size);
            GatherSumKernel.Gather(table, indices, bias, target, count, hot, width);
        }
    }

    static readonly TypedKernels Kernels = new("index_gather_sum");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor table = inputs[0], indices = inputs[1], y = outputs[0];
        queue.CheckIndices(Name, "indices", indices, -1, table.Shape[0]);
        KernelCall call = queue.Call(Kernels.Of(y.DType), y.Count).Dense(table).Dense(indices);
        call = inputs.Length > 2 ? call.Dense(inputs[2]) : call.Nothing();
        call.Dense(y).Value(indices.Shape[0]).Value(table.Shape[0]).Value(indices.Shape[1]).Value(table.Shape[1]).Value(inputs.Length > 2 ? 1 : 0).Run();
    }

    // Rows are read as often as indices name them.
    public override long Bytes(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ((long)inputs[1].Count * inputs[0].Shape[1] * inputs[0].DType.Size()) + BytesOf(inputs[1..]) + BytesOf(outputs);

    public override void Vjp(VjpRule rule)
    {
        if (rule.Needs(0)) rule.Give(0, rule.Cotangent.ScatterSum(rule.Y, rule.InputShape(0)[0]));
        if (rule.InputCount > 2 && rule.Needs(2)) rule.Give(2, rule.Cotangent.Sum(0));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? sum = rule.Tangent(0) is { } table ? table.GatherSum(rule.Y) : null;
        if (rule.InputCount < 3 || rule.Tangent(2) is not { } bias) return sum;
        return sum is null ? bias.Expand(rule.OutputShape()) : sum + bias;
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => (long)inputs[1].Count * inputs[0].Shape[1];
}

public static partial class TensorMath
{
    /// <summary>
    /// For each row of indices (i64 [rows, hot]) the sum of the rows of a table [size, width] that it names, plus a bias [width] if there is one: what a linear layer does
    /// to k-hot rows, in time that grows with the ones. An index of -1 adds nothing, so rows may have fewer; repeats count again. → [rows, width]
    /// </summary>
    /// <exception cref="ShapeException">An index is outside the table, or shapes do not fit.</exception>
    public static Tensor GatherSum(this Tensor table, Tensor indices, Tensor? bias = null) => bias is null
        ? Dispatch.Run(new GatherSum(), table.Contiguous(), indices.Contiguous())
        : Dispatch.Run(new GatherSum(), table.Contiguous(), indices.Contiguous(), bias.Contiguous());
}
