using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// a = u·s·vᵀ for matrices of the last two axes with at least as many rows as columns: u [..., m, n] and v [..., n, n] have orthonormal columns, s [..., n] descends. The largest number of each column of v is positive.
/// </summary>
public sealed record Svd : FloatOp
{
    static readonly TypedKernels Kernel = new("linalg_svd");

    public override string Name => "svd";

    public override int OutputCount => 3;

    public override Saves Saves => Saves.Output;

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor a = inputs[0];
        MatrixShapes.Tall(Name, a);
        return new Signature(output == 0 ? a.Shape : output == 1 ? [.. a.Shape[..^2], a.Shape[-1]] : a.Shape.With(a.Rank - 2, a.Shape[-1]), a.DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0];
        if (a.Count == 0) return;
        fixed (T* source = &a.First<T>(), u = &outputs[0].First<T>(), s = &outputs[1].First<T>(), v = &outputs[2].First<T>())
            SvdKernel.Decompose(source, u, s, v, a.Shape[-2], a.Shape[-1], a.Shape.CountOf(..^2));
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0];
        if (a.Count == 0) return;
        int rows = a.Shape[-2], columns = a.Shape[-1], batch = a.Shape.CountOf(..^2);
        long work = batch * (((long)rows + columns) * columns + columns + 1);
        queue.Call(Kernel.Of(a.DType), MatrixShapes.BlockEach(queue, batch, columns))
            .Dense(a).Dense(outputs[0]).Dense(outputs[1]).Dense(outputs[2]).View(queue.Scratch(work * a.DType.Size()), work).Value(rows).Value(columns).Run();
    }

    // With f one over the differences of squares, j = f∘(uᵀ·ū), k = f∘(vᵀ·v̄): ā = u·(diag s̄ + (j + jᵀ)·s + s·(k + kᵀ))·vᵀ + (1 - u·uᵀ)·ū·s⁻¹·vᵀ (Townsend 2016).
    public override void Vjp(VjpRule rule)
    {
        Tensor u = rule.Output(0), s = rule.Output(1), v = rule.Output(2), factors = Eigenbasis.Differences(s.Square());
        Tensor? inner = rule.CotangentOf(1)?.DiagonalMatrix(), outer = null;
        if (rule.CotangentOf(0) is { } left)
        {
            Tensor product = u.Transpose().MatMul(left), j = factors * product, part = (j + j.Transpose()) * s.Unsqueeze(-2);
            inner = inner is null ? part : inner + part;
            outer = (left - u.MatMul(product)) * Inverse(s).Unsqueeze(-2);
        }

        if (rule.CotangentOf(2) is { } right)
        {
            Tensor k = factors * v.Transpose().MatMul(right), part = s.Unsqueeze(-1) * (k + k.Transpose());
            inner = inner is null ? part : inner + part;
        }

        if (inner is null) return;
        Tensor sum = u.MatMul(inner);
        rule.Give(0, (outer is null ? sum : sum + outer).MatMul(v.Transpose()));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor u = rule.Output(0), s = rule.Output(1), v = rule.Output(2), turned = rule.Tangent(0)!.MatMul(v), p = u.Transpose().MatMul(turned);
        if (rule.OutputIndex == 1) return p.Diagonal();
        Tensor row = s.Unsqueeze(-2), column = s.Unsqueeze(-1), factors = Eigenbasis.Differences(s.Square());
        if (rule.OutputIndex == 2) return v.MatMul(factors * ((column * p) + (p.Transpose() * row)));
        return u.MatMul(factors * ((p * row) + (column * p.Transpose()))) + ((turned - u.MatMul(p)) * Inverse(s).Unsqueeze(-2));
    }

    static Tensor Inverse(Tensor s) => Eigenbasis.Reciprocals(s, s.LessOrEqual(0));

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 14L * inputs[0].Count * inputs[0].Shape[-1];
}

public static partial class TensorMath
{
    /// <summary>
    /// a = u·diag(s)·vᵀ of a [..., m, n] with k = min(m, n): u [..., m, k], s [..., k] descending, v [..., n, k]. The largest number of each column of v (of u where m &lt; n) is positive; columns of u that belong to zero singular values are
    /// completed. Derivatives are right for functions that do not depend on the choice of vectors, also where singular values are equal; for a pseudo-inverse see <see cref="PseudoInverse"/>.
    /// </summary>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public static (Tensor U, Tensor S, Tensor V) Svd(this Tensor a)
    {
        Require.MinimumRank("svd", "the operand", a, 2);
        if (a.Shape[-2] < a.Shape[-1])
        {
            var (right, values, left) = a.Transpose().Svd();
            return (left, values, right);
        }

        Tensor[] parts = Dispatch.RunMany(new Svd(), a.Contiguous());
        return (parts[0], parts[1], parts[2]);
    }
}
