namespace Adjoint.Kernels;

/// <summary>The dense buffers of an update, of one length; those that a rule does not have may be null.</summary>
/// <param name="target">What is moved.</param>
/// <param name="source">What it is moved by; only read.</param>
/// <param name="first">First state.</param>
/// <param name="second">Second state.</param>
public readonly unsafe struct UpdateBuffers<T>(T* target, T* source, T* first, T* second) where T : unmanaged
{
    /// <summary>What is moved.</summary>
    public T* Target { get; } = target;

    /// <summary>What it is moved by; only read.</summary>
    public T* Source { get; } = source;

    /// <summary>First state.</summary>
    public T* First { get; } = first;

    /// <summary>Second state.</summary>
    public T* Second { get; } = second;

    /// <summary>What is added to the source; null for nothing.</summary>
    public T* Addend { get; init; }

    /// <summary>A moving average of the target that follows it in the same pass, as <see cref="AverageRule"/> would in a pass of its own; null for none.</summary>
    public T* Average { get; init; }

    /// <summary>The weight by which the average moves.</summary>
    public double AverageWeight { get; init; }
}
