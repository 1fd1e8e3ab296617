using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// A table of zeros to which each row of x [rows, width] is added at all places that its indices (i64 [rows, hot]) name, in their order: the transpose of
/// <see cref="GatherSum"/>. -1 names none.
/// </summary>
/// <param name="Size">Rows of the table.</param>
public sealed record ScatterSum(int Size) : FloatOp
{
    public override string Name => "scatter_sum";

    public override Saves Saves => Saves.Second;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.Type(Name, "the indices", inputs[1], DType.I64);
        Require.Rank(Name, "the rows", inputs[0], 2);
        Require.Rank(Name, "the indices", inputs[1], 2);
        if (inputs[0].Shape[0] != inputs[1].Shape[0])
            throw new ShapeException($"scatter_sum: indices {inputs[1].Shape} do not name places for the {inputs[0].Shape[0]} rows of {inputs[0].Shape}. Pass one row of indices for each.");
        return new Signature([Size, inputs[0].Shape[1]], inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1], y = outputs[0];
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
        fixed (long* index = &indices.First<long>())
        {
            IndexChecks.RequireOrNone(Name, index, indices.Count, Size);
            GatherSumKernel.Scatter(source, index, target, Size, indices.Shape[0], indices.Shape[1], x.Shape[1]);
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], indices = inputs[1];
        queue.CheckIndices(Name, "indices", indices, -1, Size);
        ScatterLaunch.AddAt(queue, x, indices, outputs[0], 1, Size, x.Shape[1], indices.Shape[1]);
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, rule.Cotangent.GatherSum(rule.Y));

    public override Tensor? Jvp(JvpRule rule) => rule.Tangent(0)!.ScatterSum(rule.Y, Size);

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => (long)inputs[1].Count * inputs[0].Shape[1];
}

public static partial class TensorMath
{
    /// <summary>Zeros [size, width] to which the rows of x [rows, width] are added at all places that their indices (i64 [rows, hot]) name, in order; -1 names none.</summary>
    /// <exception cref="ShapeException">An index is outside the table, or there is not a row of indices for each row.</exception>
    public static Tensor ScatterSum(this Tensor x, Tensor indices, int size) => Dispatch.Run(new ScatterSum(size), x.Contiguous(), indices.Contiguous());
}
