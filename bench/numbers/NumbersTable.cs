namespace Adjoint.Bench;

/// <summary>The cases of <c>bench numbers</c>, one list a family.</summary>
static class NumbersTable
{
    /// <summary>All of them.</summary>
    public static IEnumerable<NumbersCase> All => [.. ProductNumbers.All, .. FourierNumbers.All, .. SolverNumbers.All];
}
