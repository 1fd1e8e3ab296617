namespace Adjoint.Kernels;

/// <summary>The body of a parallel loop: handles the indices <c>start..end</c> and writes nothing that another range reads or writes.</summary>
public interface IRangeBody
{
    /// <summary>Handles the indices from <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    void Run(int start, int end);
}
