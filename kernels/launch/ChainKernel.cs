using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Adjoint.Kernels;

/// <summary>
/// A chain of pointwise steps as one kernel that is made when a plan is recorded: inputs are read once, results of steps stay in registers, and only outputs are written, all of them dense. Two chains
/// of the same structure have the same name. All inputs are read before anything is written, so that an output may be the memory of a <see cref="ChainAccess.Dense"/> input of its element size.
/// </summary>
/// <remarks>
/// Arguments: a view of each input; a view of each output (dense, row-major, as many elements as the chain, from a multiple of 16 bytes on); the number of elements (long); where <see cref="HasAxes"/>,
/// a <see cref="ChainAxes"/> and a <see cref="ChainSteps"/> for each input that is neither dense nor scalar, in order; the operator of each step that has one, in order. <see cref="ChainLayout"/>
/// chooses how inputs are read and writes the axes, <see cref="Grid"/> is the launch.
/// </remarks>
public sealed class ChainKernel : KernelReference
{
    /// <summary>Elements that a thread takes where all inputs allow it.</summary>
    public const int PackElements = 4;

    /// <summary>Refers to a chain.</summary>
    /// <exception cref="ArgumentException">The steps do not make sense; the message says where.</exception>
    public ChainKernel(IReadOnlyList<ChainInput> inputs, IReadOnlyList<ChainStep> steps) : this(inputs, steps, Describe(inputs, steps))
    {
    }

    ChainKernel(IReadOnlyList<ChainInput> inputs, IReadOnlyList<ChainStep> steps, string structure)
        : base($"chain_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(structure)).AsSpan(0, 8))}")
    {
        ChainRules.Check(inputs, steps);
        Inputs = inputs;
        Steps = steps;
        Structure = structure;
        OutputCount = 1 + steps.Max(static step => step.Output);
        HasAxes = inputs.Any(static input => input.Access is not (ChainAccess.Dense or ChainAccess.Scalar));
        ElementsPerThread = inputs.Any(static input => input.Access == ChainAccess.Strided) ? 1 : PackElements;
    }

    /// <summary>What it reads.</summary>
    public IReadOnlyList<ChainInput> Inputs { get; }

    /// <summary>What it does, in order.</summary>
    public IReadOnlyList<ChainStep> Steps { get; }

    /// <summary>How many results it writes.</summary>
    public int OutputCount { get; }

    /// <summary>All that tells this chain from others, as text.</summary>
    public string Structure { get; }

    /// <summary>Whether axes are among its arguments.</summary>
    public bool HasAxes { get; }

    /// <summary>Elements that a thread computes: <see cref="PackElements"/>, or 1 where an input has any strides.</summary>
    public int ElementsPerThread { get; }

    /// <summary>The launch for a number of elements.</summary>
    /// <param name="count">Elements of the chain.</param>
    /// <param name="blockThreads">Threads of a block, <see cref="ILaunchDevice.BlockThreads"/>.</param>
    public LaunchGrid Grid(long count, int blockThreads) => LaunchGrid.Cover((count + ElementsPerThread - 1) / ElementsPerThread, blockThreads);

    /// <summary>Type of an operand: an input's, or the result's of an earlier step.</summary>
    public Type ElementOf(int operand) => operand < Inputs.Count ? Inputs[operand].Element : Steps[operand - Inputs.Count].Element;

    static string Describe(IReadOnlyList<ChainInput> inputs, IReadOnlyList<ChainStep> steps)
    {
        var text = new StringBuilder();
        foreach (ChainInput input in inputs) text.Append(CultureInfo.InvariantCulture, $"{Label(input.Element)} {input.Access};");
        foreach (ChainStep step in steps)
            text.Append(CultureInfo.InvariantCulture, $"{step.Kind} {step.Operator?.AssemblyQualifiedName} {step.X} {step.Y} {step.Z} {Label(step.Element)} {step.Output};");
        return text.ToString();
    }
}
