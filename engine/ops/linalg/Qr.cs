using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// a = q·r for matrices of the last two axes with at least as many rows as columns: q [..., m, n] has orthonormal columns, r [..., n, n] is upper triangular and no number on its diagonal is negative, so that both are
/// unique where the columns of a are independent.
/// </summary>
public sealed record Qr : FloatOp
{
    static readonly TypedKernels Kernel = new("linalg_qr");

    public override string Name => "qr";

    public override int OutputCount => 2;

    public override Saves Saves => Saves.Output;

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        MatrixShapes.Tall(Name, inputs[0]);
        return new Signature(output == 0 ? inputs[0].Shape : inputs[0].Shape.With(inputs[0].Rank - 2, inputs[0].Shape[-1]), inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0];
        if (a.Count == 0) return;
        fixed (T* source = &a.First<T>(), q = &outputs[0].First<T>(), r = &outputs[1].First<T>())
            QrKernel.Factor(source, q, r, a.Shape[-2], a.Shape[-1], a.Shape.CountOf(..^2));
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0];
        if (a.Count == 0) return;
        Copy.Between(queue, a, outputs[0]);
        int columns = a.Shape[-1], batch = a.Shape.CountOf(..^2);
        long work = (long)batch * columns;
        queue.Call(Kernel.Of(a.DType), MatrixShapes.BlockEach(queue, batch, columns))
            .Dense(outputs[0]).Dense(outputs[1]).View(queue.Scratch(work * a.DType.Size()), work).Value(a.Shape[-2]).Value(columns).Run();
    }

    // ā = (q̄ + q·s)·r⁻ᵀ with s the symmetric matrix of the lower triangle of r·r̄ᵀ - q̄ᵀ·q (Walter, Lehmann 2010).
    public override void Vjp(VjpRule rule)
    {
        Tensor q = rule.Output(0), r = rule.Output(1);
        Tensor? inner = rule.CotangentOf(1) is { } triangle ? r.MatMul(triangle.UpperTriangle().Transpose()) : null, turned = rule.CotangentOf(0);
        if (turned is not null)
        {
            Tensor product = turned.Transpose().MatMul(q);
            inner = inner is null ? -product : inner - product;
        }

        if (inner is null) return;
        Tensor sum = q.MatMul(inner.LowerTriangle() + inner.LowerTriangle(-1).Transpose());
        rule.Give(0, r.SolveTriangular(turned is null ? sum : turned + sum, isLower: false, isTransposed: true, isRight: true));
    }

    // With c = qᵀ·ȧ·r⁻¹ and x the antisymmetric matrix of its part below the diagonal: q̇ = q·x + (ȧ·r⁻¹ - q·c), ṙ = (c - x)·r.
    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor q = rule.Output(0), r = rule.Output(1), scaled = r.SolveTriangular(rule.Tangent(0)!, isLower: false, isRight: true);
        Tensor c = q.Transpose().MatMul(scaled), below = c.LowerTriangle(-1), turn = below - below.Transpose();
        return rule.OutputIndex == 0 ? q.MatMul(turn - c) + scaled : (c - turn).UpperTriangle().MatMul(r);
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 4L * inputs[0].Count * inputs[0].Shape[-1];
}

public static partial class TensorMath
{
    /// <summary>
    /// a = q·r of a [..., m, n] with k = min(m, n): q [..., m, k] has orthonormal columns, r [..., k, n] is upper triangular with no negative number on its diagonal. Differentiable where the first k columns are independent.
    /// </summary>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public static (Tensor Q, Tensor R) Qr(this Tensor a)
    {
        Require.MinimumRank("qr", "the operand", a, 2);
        int rows = a.Shape[-2], columns = a.Shape[-1];
        if (rows < columns)
        {
            // The rest of r follows from the factors of the first columns.
            var (q, r) = a.Slice(-1, 0, rows).Qr();
            return (q, Concat([r, q.Transpose().MatMul(a.Slice(-1, rows))], -1));
        }

        Tensor[] parts = Dispatch.RunMany(new Qr(), a.Contiguous());
        return (parts[0], parts[1]);
    }
}
