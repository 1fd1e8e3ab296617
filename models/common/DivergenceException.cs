namespace Adjoint.Models;

/// <summary>A run whose loss or parameters are no longer numbers.</summary>
public sealed class DivergenceException(string message) : AdjointException(message);
