namespace Adjoint.Models.GFlowNets;

/// <summary>Which finished objects are modes of a reward, and where the modes lie.</summary>
public interface IModes
{
    /// <summary>Number of mode regions.</summary>
    int Regions { get; }

    /// <summary>Whether a finished state is a mode.</summary>
    bool IsMode(ReadOnlySpan<long> state);

    /// <summary>Sets the entry of every mode region that a finished state shows to be found.</summary>
    void Mark(ReadOnlySpan<long> state, Span<bool> found);
}
