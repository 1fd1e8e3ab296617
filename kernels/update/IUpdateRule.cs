namespace Adjoint.Kernels;

/// <summary>
/// How one number of a flat buffer is moved by the number beside it in another: a parameter by its gradient, an average by its parameter. Constants
/// are f64 fields of the implementing struct; before a pass they become lanes once, in an <see cref="IUpdateLanes{V}"/>.
/// </summary>
public interface IUpdateRule
{
    /// <summary>Moves the elements from <paramref name="start"/> up to <paramref name="end"/>: one call of <see cref="UpdateLoop.Run"/> with the rule's lanes.</summary>
    void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T>;
}

/// <summary>A rule with its constants in lanes, as SIMD loops use it, and GPU threads with a lane of one number.</summary>
public interface IUpdateLanes<V> where V : struct, ILane<V>
{
    /// <summary>How many buffers of state the rule reads and writes besides the target: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>The new value of the target; states that the rule does not have are passed as zero and thrown away.</summary>
    V Apply(V target, V source, ref V first, ref V second);
}
