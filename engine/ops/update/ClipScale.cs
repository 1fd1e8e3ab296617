using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// The factor min(1, maximum/(norm + 1e-6)) that bounds the Euclidean norm of a dense gradient (Pascanu et al. 2013, with the ε of PyTorch), in one pass. Input: the
/// gradient; outputs, rewritten scalars of its dtype: the factor, the norm. NaN in the gradient gives NaN.
/// </summary>
/// <param name="MaximumNorm">The bound.</param>
public sealed record ClipScale(double MaximumNorm) : Op
{
    public override string Name => "clip_scale";

    public override int OutputCount => 2;

    public override bool IsDifferentiable => false;

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        return new Signature(Shape.Scalar, inputs[0].DType);
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor gradient = inputs[0];
        if (gradient.DType == DType.F32)
        {
            fixed (float* x = &gradient.First<float>())
            {
                // Rounded before the factor is taken, so that the factor fits the norm that is shown.
                outputs[1].First<float>() = (float)Math.Sqrt(SquareSum.Run(x, gradient.Count));
                outputs[0].First<float>() = (float)Factor(outputs[1].First<float>());
            }
        }
        else
        {
            fixed (double* x = &gradient.First<double>()) outputs[1].First<double>() = Math.Sqrt(SquareSum.Run(x, gradient.Count));
            outputs[0].First<double>() = Factor(outputs[1].First<double>());
        }
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 2L * inputs[0].Count;

    double Factor(double norm) => Math.Min(1, MaximumNorm / (norm + 1e-6));

    // Numbers whose squares a team sums.
    const int PieceLength = 1 << 14;

    static readonly TeamKernels Squares = new("update_square_sum"), Scales = new("update_clip_scale");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0];
        int pieces = (x.Count + PieceLength - 1) / PieceLength;
        ulong partial = queue.Scratch(Math.Max(1, pieces) * (long)sizeof(double));
        Call(queue, Squares, x.DType, pieces).Dense(x).View(partial, pieces).Value((long)x.Count).Value(PieceLength).Run();
        Call(queue, Scales, x.DType, 1).View(partial, pieces).Dense(outputs).Value(pieces).Value(MaximumNorm).Run();
    }

    // Whatever the length of a piece: the order of a sum depends on its shape and the device alone.
    static KernelCall Call(LaunchQueue queue, TeamKernels kernels, DType dtype, int teams) => queue.HasWarps
        ? queue.Call(kernels.Of(dtype, Team.Block), new LaunchGrid(teams, 1, 1, queue.BlockThreads))
        : queue.Call(kernels.Of(dtype, Team.Thread), teams);
}
