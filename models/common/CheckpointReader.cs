using System.Globalization;

namespace Adjoint.Models;

/// <summary>Gives back what a <see cref="CheckpointWriter"/> collected. Everything read from the file is checked against what the experiment expects.</summary>
public sealed class CheckpointReader(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> scalars)
{
    readonly string prefix = "";

    CheckpointReader(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> scalars, string prefix) : this(tensors, scalars) => this.prefix = prefix;

    /// <summary>What <see cref="CheckpointWriter.Within"/> wrote for a part.</summary>
    public CheckpointReader Within(string part) => new(tensors, scalars, $"{prefix}{part}.");

    /// <summary>Whether a tensor or a scalar of the name is there.</summary>
    public bool Has(string name) => tensors.ContainsKey(prefix + name) || scalars.ContainsKey(prefix + name);

    /// <summary>A tensor as it was saved, on the CPU.</summary>
    /// <exception cref="DataException">It is not there.</exception>
    public Tensor Tensor(string name) => tensors.TryGetValue(prefix + name, out Tensor? value) ? value : throw Missing(name);

    /// <summary>Writes a saved tensor into one that exists: parameters, optimiser state, the state of a generator.</summary>
    /// <exception cref="DataException">It is not there, or its shape or dtype differs.</exception>
    public void Read(string name, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Tensor saved = Tensor(name);
        if (saved.Shape != target.Shape || saved.DType != target.DType)
        {
            throw new DataException($"The checkpoint's '{prefix}{name}' is {saved.DType.Name()}{saved.Shape}, the model expects {target.DType.Name()}{target.Shape}. "
                + "It belongs to another configuration.");
        }

        switch (target.DType)
        {
            case DType.F32: target.Write(saved.Read<float>()); break;
            case DType.F64: target.Write(saved.Read<double>()); break;
            case DType.I32: target.Write(saved.Read<int>()); break;
            case DType.I64: target.Write(saved.Read<long>()); break;
            default: target.Write(saved.Read<bool>()); break;
        }
    }

    /// <summary>Reads tensors that were added with a prefix.</summary>
    public void Read(string prefix, IEnumerable<NamedTensor> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        foreach ((string name, Tensor target) in targets) Read($"{prefix}.{name}", target);
    }

    /// <summary>A real number.</summary>
    /// <exception cref="DataException">It is not there, or not a number.</exception>
    public double Number(string name) => double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        ? value
        : throw new DataException($"The checkpoint's '{prefix}{name}' is not a number. The file is damaged.");

    /// <summary>A whole number.</summary>
    /// <exception cref="DataException">It is not there, or not a whole number.</exception>
    public long Whole(string name) => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
        ? value
        : throw new DataException($"The checkpoint's '{prefix}{name}' is not a whole number. The file is damaged.");

    /// <summary>A text.</summary>
    /// <exception cref="DataException">It is not there.</exception>
    public string Text(string name) => scalars.TryGetValue(prefix + name, out string? value) ? value : throw Missing(name);

    DataException Missing(string name) =>
        new($"The checkpoint has no '{prefix}{name}'. It is of another model or version, or damaged.");
}
