using System.Globalization;
using System.Security.Cryptography;
using System.Text;

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
    /// <summary>Row-major without gaps: element i of the chain is element i of the input.</summary>
    Dense,

    /// <summary>One number for all.</summary>
    Scalar,

    /// <summary>Any strides, broadcast ones included.</summary>
    Strided,
}

/// <summary>An input of a chain.</summary>
/// <param name="Element">C# type of its elements.</param>
/// <param name="Access">How it lies.</param>
public readonly record struct ChainInput(Type Element, ChainAccess Access);

/// <summary>
/// A chain of pointwise steps as one kernel that is made when a plan is recorded: inputs are read once, results of steps stay in registers, and only outputs are written, all of them dense. Two chains
/// of the same structure have the same name.
/// </summary>
public sealed class ChainKernel : KernelReference
{
    /// <summary>Refers to a chain.</summary>
    public ChainKernel(IReadOnlyList<ChainInput> inputs, IReadOnlyList<ChainStep> steps) : base($"chain_{Digest(inputs, steps)}")
    {
        Inputs = inputs;
        Steps = steps;
        OutputCount = 1 + steps.Max(static step => step.Output);
    }

    /// <summary>What it reads.</summary>
    public IReadOnlyList<ChainInput> Inputs { get; }

    /// <summary>What it does, in order.</summary>
    public IReadOnlyList<ChainStep> Steps { get; }

    /// <summary>How many results it writes.</summary>
    public int OutputCount { get; }

    static string Digest(IReadOnlyList<ChainInput> inputs, IReadOnlyList<ChainStep> steps)
    {
        var text = new StringBuilder();
        foreach (ChainInput input in inputs) text.Append(CultureInfo.InvariantCulture, $"{Label(input.Element)} {input.Access};");
        foreach (ChainStep step in steps)
            text.Append(CultureInfo.InvariantCulture, $"{step.Kind} {step.Operator?.FullName} {step.X} {step.Y} {step.Z} {Label(step.Element)} {step.Output};");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }
}
