namespace Adjoint.Kernels;

/// <summary>
/// How one number of a flat buffer is moved by the number beside it in another: a parameter by its gradient, an average by its parameter. Constants
/// are fields of the implementing struct.
/// </summary>
public interface IUpdateRule
{
    /// <summary>How many buffers of state the rule reads and writes besides the target: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>The new value of the target; states that the rule does not have are passed as zero and thrown away.</summary>
    V Apply<V>(V target, V source, ref V first, ref V second) where V : struct, ILane<V>;
}
