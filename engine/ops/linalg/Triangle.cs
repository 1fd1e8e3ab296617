using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Matrices of the last two axes with zeros above (lower) or below (upper) a diagonal, and the main diagonal scaled. The offset counts diagonals to the right of the main one. Linear, and its own transpose.
/// </summary>
public sealed record Triangle(bool IsLower, int Offset, double DiagonalScale = 1) : FloatOp
{
    static readonly TypedKernels Kernel = new("linalg_triangle");

    public override string Name => "triangle";

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.MinimumRank(Name, "the operand", inputs[0], 2);
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        if (y.Count == 0) return;
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
            TriangleKernel.Run(source, target, x.Shape.CountOf(..^2), x.Shape[-2], x.Shape[-1], IsLower, Offset, T.CreateTruncating(DiagonalScale));
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Launch(queue, inputs[0], outputs[0]);

    internal void Launch(LaunchQueue queue, Tensor x, Tensor y) =>
        queue.Call(Kernel.Of(x.DType), x.Count).Dense(x).Dense(y).Value((long)x.Count).Value(x.Shape[-2]).Value(x.Shape[-1]).Value(IsLower ? 1 : 0).Value(Offset).Value(DiagonalScale).Run();

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.Run(this, rule.Cotangent.Contiguous()));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous());
}

public static partial class TensorMath
{
    /// <summary>Matrices of the last two axes with zeros above a diagonal: 0 is the main one, 1 the next to the right, -1 to the left.</summary>
    public static Tensor LowerTriangle(this Tensor x, int diagonal = 0) => Dispatch.Run(new Triangle(true, diagonal), x.Contiguous());

    /// <summary>Matrices of the last two axes with zeros below a diagonal: 0 is the main one, 1 the next to the right, -1 to the left.</summary>
    public static Tensor UpperTriangle(this Tensor x, int diagonal = 0) => Dispatch.Run(new Triangle(false, diagonal), x.Contiguous());

    // The lower triangle with half of the diagonal: what a symmetric matrix is the sum of with its transpose.
    internal static Tensor LowerHalf(this Tensor x) => Dispatch.Run(new Triangle(true, 0, 0.5), x.Contiguous());

    internal static Tensor Symmetrized(this Tensor x) => (x + x.Transpose()) * 0.5;
}
