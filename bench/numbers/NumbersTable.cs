namespace Adjoint.Bench;

/// <summary>The cases of <c>bench numbers</c>, one list a family.</summary>
static class NumbersTable
{
    /// <summary>All of them.</summary>
    public static IEnumerable<NumbersCase> All =>
    [
        .. ProductNumbers.All,
        .. LinalgNumbers.All,
        .. ConvNumbers.All,
        .. OrderNumbers.All,
        .. AttentionNumbers.All,
        .. SequenceNumbers.All,
        .. FourierNumbers.All,
        .. SolverNumbers.All,
    ];
}
