using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Checks of matrices, and the errors of those that have no result.</summary>
static class MatrixShapes
{
    public static void Square(string op, string role, Tensor x)
    {
        Require.Float(op, x);
        Require.MinimumRank(op, role, x, 2);
        if (x.Shape[-1] != x.Shape[-2]) throw new ShapeException($"{op}: {role} has shape {x.Shape}, not square matrices in its last two axes. Check the sizes.");
    }

    public static void Tall(string op, Tensor x)
    {
        Require.Float(op, x);
        Require.MinimumRank(op, "the operand", x, 2);
        if (x.Shape[-1] > x.Shape[-2]) throw new ShapeException($"{op}: the operand has shape {x.Shape}, fewer rows than columns. Transpose it.");
    }

    /// <summary>The distance of 1 and the next number.</summary>
    public static double Rounding(DType type) => type == DType.F64 ? 2.220446049250313e-16 : 1.1920928955078125e-7;

    /// <summary>A block a matrix: a warp's threads for small ones, since each step of them ends in a barrier.</summary>
    public static LaunchGrid BlockEach(LaunchQueue queue, int batch, int order) => new(batch, 1, 1, order <= SmallOrder ? SmallThreads : queue.BlockThreads);

    const int SmallOrder = 32, SmallThreads = 32;
}

/// <summary>A matrix that is not positive definite; the code is its number in the batch.</summary>
sealed record DefiniteFault(string Op) : DeviceFault
{
    public override AdjointException Describe(int code) => Error(Op, code, "");

    public static NumericalException Error(string op, int matrix, string where) =>
        new($"{op}: matrix {matrix} of the batch is not positive definite{where}. Add a small multiple of the identity to it, such as 1e-6 of its mean diagonal.");
}

/// <summary>A matrix that has no inverse; the code is its number in the batch.</summary>
sealed record SingularFault(string Op) : DeviceFault
{
    public override AdjointException Describe(int code) => Error(Op, code, "");

    public static NumericalException Error(string op, int matrix, string where) =>
        new($"{op}: matrix {matrix} of the batch is singular{where}. Add a small multiple of the identity to it, or use PseudoInverse.");
}
