using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Lets a matrix product finish what follows it while its tile is in registers: the bias and the relu of a linear layer, and on the way back the gate of the relu before it.
/// </summary>
static class MatMulEpilogues
{
    public static void Apply(Draft draft)
    {
        List<Instruction> instructions = draft.Instructions;
        HashSet<Storage> returned = draft.Returned();
        var uses = new Dictionary<Storage, int>();
        foreach (Tensor input in instructions.SelectMany(static one => one.Inputs)) uses[input.Storage] = uses.GetValueOrDefault(input.Storage) + 1;
        var makers = new Dictionary<Storage, int>();
        var dropped = new HashSet<int>();
        for (int i = 0; i < instructions.Count; i++)
        {
            if (Joined(i) is { } joined) instructions[i] = joined;
            foreach (Tensor output in instructions[i].Outputs) makers[output.Storage] = i;
        }

        draft.Instructions = [.. instructions.Where((_, i) => !dropped.Contains(i))];

        Instruction? Joined(int i)
        {
            Instruction one = instructions[i];
            if (!one.IsFresh || one.Inputs.Length is < 1 or > 2) return null;
            if (one.Op is Unary<Relu> && Only(one.Inputs[0], i, static op => op is AffineMatMul { Rectifies: false }, out int affine))
                return Replace(one, affine, new AffineMatMul(true), instructions[affine].Inputs);
            for (int side = 0; side < one.Inputs.Length; side++)
            {
                if (!Only(one.Inputs[side], i, static op => op is MatMul, out int product)) continue;
                Shape matrix = instructions[product].Outputs[0].Shape;
                if (matrix.Rank != 2 || one.Outputs[0].Rank == 0 || one.Outputs[0].Shape != one.Inputs[side].Shape || one.Outputs[0].Shape[-1] != matrix[1]) continue;
                Tensor other = one.Inputs[^(side + 1)];
                Tensor[] factors = instructions[product].Inputs;
                if (one.Op is Binary<Add> && IsRow(other, matrix[1])) return Replace(one, product, new AffineMatMul(false), [.. factors, other]);
                if (one.Op is Binary<Multiply> && one.Outputs[0].Storage is HostStorage && Only(other, i, static op => op is Unary<Heaviside>, out int gate)
                    && instructions[gate].Inputs[0] is { Layout.IsContiguous: true } signal && signal.Count == one.Outputs[0].Count)
                {
                    dropped.Add(gate);
                    return Replace(one, product, new GatedMatMul(), [.. factors, signal]);
                }
            }

            return null;
        }

        // A temporary that an instruction of the wanted kind made whole, that nothing but instruction i reads, and whose inputs are still what they were.
        bool Only(Tensor tensor, int i, Predicate<Op> wanted, out int maker) =>
            makers.TryGetValue(tensor.Storage, out maker) && wanted(instructions[maker].Op) && instructions[maker].IsFresh && tensor.Layout.IsContiguous
            && draft.Born.Contains(tensor.Storage) && !returned.Contains(tensor.Storage) && uses[tensor.Storage] == 1
            && AreUnchanged(instructions[maker].Inputs, maker, i);

        bool AreUnchanged(Tensor[] tensors, int from, int to) => !instructions.GetRange(from, to - from).Exists(
            one => !one.IsFresh && Array.Exists(one.Outputs, output => Array.Exists(tensors, tensor => tensor.Storage == output.Storage)));

        Instruction Replace(Instruction one, int maker, Op op, Tensor[] inputs)
        {
            dropped.Add(maker);
            Tensor output = one.Outputs[0];
            return new Instruction(op, inputs, [new Tensor(Layout.Contiguous(instructions[maker].Outputs[0].Shape), output.DType, output.Storage)], true);
        }
    }

    // The same numbers for every row, side by side.
    static bool IsRow(Tensor tensor, int columns)
    {
        ReadOnlySpan<int> strides = tensor.Layout.Strides;
        return tensor.Rank > 0 && tensor.Shape[-1] == columns && (strides[^1] == 1 || columns == 1) && tensor.Count == columns;
    }
}

/// <summary>A product of two matrices, and what is done to each element of it before it is stored; its tensor is the third input.</summary>
abstract record FinishedMatMul : PlanOp
{
    public sealed override Bound Bound => Bound.Compute;

    /// <inheritdoc cref="MatMul.ReadsOfRight"/>
    internal int ReadsOfRight { get; init; } = 1;

    internal sealed override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) => inputs[0].DType == DType.F32
        ? new MatMul.Call<float>(inputs[0], inputs[1], outputs[0], ReadsOfRight, Epilogue<float>(inputs[2], outputs[0]))
        : new MatMul.Call<double>(inputs[0], inputs[1], outputs[0], ReadsOfRight, Epilogue<double>(inputs[2], outputs[0]));

    /// <summary>What is done, with the addresses of a plan.</summary>
    protected abstract MatMulEpilogue<T> Epilogue<T>(Tensor third, Tensor output) where T : unmanaged;

    public sealed override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 2L * outputs[0].Count * inputs[0].Shape[-1];
}

/// <summary>x·y + bias, and max(·, 0) where <paramref name="Rectifies"/>, for matrices x and y and a row of biases.</summary>
sealed record AffineMatMul(bool Rectifies) : FinishedMatMul
{
    public override string Name => Rectifies ? "matmul+add+relu" : "matmul+add";

    protected override unsafe MatMulEpilogue<T> Epilogue<T>(Tensor third, Tensor output) => MatMulEpilogue<T>.Affine((T*)third.Address(), Rectifies);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        MatMul.Launch(queue, inputs[0], inputs[1], inputs[2], Rectifies, outputs[0]);
}

/// <summary>x·y where a third matrix is above 0, else 0: the backward form of relu after a product.</summary>
sealed record GatedMatMul : FinishedMatMul
{
    public override string Name => "matmul+gate";

    protected override unsafe MatMulEpilogue<T> Epilogue<T>(Tensor third, Tensor output) => MatMulEpilogue<T>.Gated((T*)third.Address(), output.Shape[-1]);
}
