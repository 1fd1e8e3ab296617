namespace Adjoint.Bench;

/// <summary>A bad option, file or peer. Messages are one line and end with the remedy.</summary>
sealed class BenchException(string message, Exception? inner = null) : Exception(message, inner);
