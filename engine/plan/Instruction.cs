namespace Adjoint;

/// <summary>One call of an op in a recorded step.</summary>
/// <param name="Op">The op.</param>
/// <param name="Inputs">What it reads.</param>
/// <param name="Outputs">What it writes.</param>
/// <param name="IsFresh">Whether the outputs are new tensors; else it rewrites tensors that were there before, which it may read as well.</param>
sealed record Instruction(Op Op, Tensor[] Inputs, Tensor[] Outputs, bool IsFresh);
