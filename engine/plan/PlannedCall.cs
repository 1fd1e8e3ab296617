namespace Adjoint;

/// <summary>
/// A call of an op on tensors whose memory does not move, ready to run many times: whatever depends on shapes and places alone was worked out when the plan was made.
/// </summary>
public abstract class PlannedCall
{
    /// <summary>Computes the outputs from the inputs as they are now. Allocates nothing.</summary>
    public abstract void Run();

    /// <summary>Names of the kernels that it launches on a device, in order; none on the CPU.</summary>
    public virtual IReadOnlyList<string> LaunchNames => [];
}

/// <summary>The call of an op that prepares nothing.</summary>
sealed class UnpreparedCall(Op op, Tensor[] inputs, Tensor[] outputs) : PlannedCall
{
    public override void Run() => op.Run(inputs, outputs);
}
