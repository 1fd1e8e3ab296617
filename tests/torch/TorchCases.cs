namespace Adjoint.Tests;

/// <summary>The functions that the cases of tests/fixtures/torch/op_cases.py name, in terms of this engine. One file a family.</summary>
static partial class TorchCases
{
    /// <summary>Computes a case from its inputs: the i-th is x[i].</summary>
    public delegate Tensor Function(Tensor[] x);

    /// <summary>Every case by its name.</summary>
    public static SortedDictionary<string, Function> All { get; } =
        new(new[] { Pointwise, Binary, Reductions, Matrix, Moves, Order }.SelectMany(static family => family).ToDictionary(), StringComparer.Ordinal);
        new(new[] { Pointwise, Binary, Reductions, Matrix, Moves, Conv }.SelectMany(static family => family).ToDictionary(), StringComparer.Ordinal);
}
