namespace Adjoint.Kernels;

/// <summary>What a step of a chain does.</summary>
public enum ChainStepKind
{
    /// <summary>An <see cref="IUnaryOperator"/> of one value.</summary>
    Unary,

    /// <summary>An <see cref="IBinaryOperator"/> of two values.</summary>
    Binary,

    /// <summary>An <see cref="IComparison"/> of two values; a bool.</summary>
    Compare,

    /// <summary>The second value where the first (a bool) is true, else the third.</summary>
    Where,

    /// <summary>A number of another type.</summary>
    Cast,

    /// <summary>The value itself.</summary>
    Copy,
}

/// <summary>One step of a chain.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Operator">The operator's type; null where the kind has none. Its value is an argument of the kernel.</param>
/// <param name="X">First operand: inputs are numbered from 0, results of steps follow them.</param>
/// <param name="Y">Second operand; X where there is none.</param>
/// <param name="Z">Third operand; X where there is none.</param>
/// <param name="Element">C# type of the result: float, double, int, long, byte for bool.</param>
/// <param name="Output">Which output the result is written to; -1 for none.</param>
public readonly record struct ChainStep(ChainStepKind Kind, Type? Operator, int X, int Y, int Z, Type Element, int Output);

/// <summary>How an input of a chain lies relative to the chain's elements.</summary>
public enum ChainAccess
{
    /// <summary>Row-major without gaps, from a multiple of 16 bytes on: element i of the chain is element i of the input.</summary>
    Dense,

    /// <summary>One number for all.</summary>
    Scalar,

    /// <summary>Any strides, broadcast ones included. A chain with such an input computes one element a thread; others compute four.</summary>
    Strided,

    /// <summary>Rows without gaps, their length and distances multiples of four, from a multiple of 16 bytes on: a bias that every row sees, or a slice of columns.</summary>
    Rows,

    /// <summary>One number for a whole row, whose length is a multiple of four.</summary>
    Columns,
}

/// <summary>An input of a chain.</summary>
/// <param name="Element">C# type of its elements.</param>
/// <param name="Access">How it lies.</param>
public readonly record struct ChainInput(Type Element, ChainAccess Access);
