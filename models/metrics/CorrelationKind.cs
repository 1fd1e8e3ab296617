namespace Adjoint.Models;

/// <summary>What a correlation compares.</summary>
public enum CorrelationKind
{
    /// <summary>The values: Pearson's product-moment correlation.</summary>
    Pearson,

    /// <summary>Their ranks, ties sharing the mean rank: Spearman's correlation.</summary>
    Spearman,
}
