using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Eigenvalues, ascending, and eigenvectors, as columns, of symmetric matrices of the last two axes. The lower triangle is read; the largest number of each vector is positive.</summary>
public sealed record SymmetricEigen : FloatOp
{
    static readonly TypedKernels Kernel = new("linalg_eigen");

    public override string Name => "symmetric_eigen";

    public override int OutputCount => 2;

    public override Saves Saves => Saves.Output;

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        MatrixShapes.Square(Name, "the operand", inputs[0]);
        return new Signature(output == 0 ? Shape.Create(inputs[0].Shape[..^1]) : inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0];
        if (a.Count == 0) return;
        fixed (T* source = &a.First<T>(), values = &outputs[0].First<T>(), vectors = &outputs[1].First<T>())
            EigenKernel.Decompose(source, values, vectors, a.Shape[-1], a.Shape.CountOf(..^2));
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0];
        if (a.Count == 0) return;
        int order = a.Shape[-1], batch = a.Shape.CountOf(..^2);
        long work = batch * ((2L * order * order) + order + 1);
        queue.Call(Kernel.Of(a.DType), MatrixShapes.BlockEach(queue, batch, order))
            .Dense(a).Dense(outputs[0]).Dense(outputs[1]).View(queue.Scratch(work * a.DType.Size()), work).Value(order).Run();
    }

    // ā = v·(diag λ̄ + f∘(vᵀ·v̄))·vᵀ, its symmetric part, with f one over the differences of eigenvalues.
    public override void Vjp(VjpRule rule)
    {
        Tensor values = rule.Output(0), vectors = rule.Output(1);
        Tensor? inner = rule.CotangentOf(0)?.DiagonalMatrix();
        if (rule.CotangentOf(1) is { } turned)
        {
            Tensor part = Eigenbasis.Differences(values) * vectors.Transpose().MatMul(turned);
            inner = inner is null ? part : inner + part;
        }

        if (inner is not null) rule.Give(0, vectors.MatMul(inner).MatMul(vectors.Transpose()).Symmetrized());
    }

    // λ̇ = diag(vᵀ·ȧ·v), v̇ = v·(f∘(vᵀ·ȧ·v))
    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor values = rule.Output(0), vectors = rule.Output(1), inner = vectors.Transpose().MatMul(rule.Tangent(0)!.Symmetrized()).MatMul(vectors);
        return rule.OutputIndex == 0 ? inner.Diagonal() : vectors.MatMul(Eigenbasis.Differences(values) * inner);
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 9L * inputs[0].Count * inputs[0].Shape[-1];
}

/// <summary>Tensor expressions in a basis of eigenvectors.</summary>
static class Eigenbasis
{
    /// <summary>1/(x[j] - x[i]), and zero where the two are equal but for rounding: eigenvalues of n rows are known up to some n roundings of the largest.</summary>
    public static Tensor Differences(Tensor x)
    {
        Tensor differences = x.Unsqueeze(-2) - x.Unsqueeze(-1);
        if (x.Shape[-1] == 0) return differences;
        Tensor limit = x.Detach().Abs().Max(-1, keepAxes: true).Unsqueeze(-1) * (8 * x.Shape[-1] * MatrixShapes.Rounding(x.DType));
        return Reciprocals(differences, differences.Detach().Abs().LessOrEqual(limit));
    }

    /// <summary>1/x, and zero where a mask holds.</summary>
    public static Tensor Reciprocals(Tensor x, Tensor mask) =>
        TensorMath.Where(mask, Tensor.Zeros(Shape.Scalar, x.DType, x.Device), TensorMath.Where(mask, Tensor.Ones(Shape.Scalar, x.DType, x.Device), x).Reciprocal());
}

public static partial class TensorMath
{
    /// <summary>
    /// Eigenvalues [..., n], ascending, and eigenvectors [..., n, n], as columns, of symmetric a [..., n, n] of which the lower triangle is read. The largest number of each vector, the first of equals, is positive. Derivatives treat
    /// a as symmetric and turn eigenvectors by one over differences of eigenvalues; pairs of equal eigenvalues turn each other by nothing, so that the derivative is right for
    /// functions that do not depend on which vectors span the space of equal values, such as their projector. A matrix with a NaN gives NaN. For roots see <see cref="SymmetricSqrt"/>.
    /// </summary>
    /// <exception cref="ShapeException">Matrices are not square.</exception>
    public static (Tensor Values, Tensor Vectors) SymmetricEigen(this Tensor a)
    {
        Tensor[] parts = Dispatch.RunMany(new SymmetricEigen(), a.Contiguous());
        return (parts[0], parts[1]);
    }
}
