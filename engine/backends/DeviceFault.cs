namespace Adjoint;

/// <summary>What a number that a kernel left in a watched place means: kernels cannot throw.</summary>
public abstract record DeviceFault
{
    /// <summary>The error for the least number that was left.</summary>
    public abstract AdjointException Describe(int code);
}

/// <summary>An index outside its axis; the code is its position.</summary>
/// <param name="Op">Name of the op.</param>
/// <param name="Role">What the indices are to it.</param>
/// <param name="Lowest">The least index that is allowed.</param>
/// <param name="Size">The least index beyond.</param>
public sealed record IndexFault(string Op, string Role, int Lowest, int Size) : DeviceFault
{
    /// <inheritdoc/>
    public override AdjointException Describe(int code) =>
        new ShapeException($"{Op}: {Role}[{code}] is outside {Lowest}..{Size - 1}. Check the data that the indices come from.");
}
