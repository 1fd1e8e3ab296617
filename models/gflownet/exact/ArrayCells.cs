using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>The numbers of a state somewhere in an array.</summary>
/// <param name="cells">The array.</param>
/// <param name="first">Where the state begins.</param>
readonly struct ArrayCells(long[] cells, int first) : ICells
{
    /// <inheritdoc/>
    public long this[int cell]
    {
        get => cells[first + cell];
        set => cells[first + cell] = value;
    }
}
