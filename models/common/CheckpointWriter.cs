using System.Globalization;

namespace Adjoint.Models;

/// <summary>
/// Collects the state of a run under names. Tensors are not copied: the file is written before training goes on. Names of tensors and of scalars share one space.
/// </summary>
public sealed class CheckpointWriter
{
    readonly List<NamedTensor> tensors;
    readonly SortedDictionary<string, string> scalars;
    readonly string prefix;

    /// <summary>Begins with nothing.</summary>
    public CheckpointWriter() : this([], new(StringComparer.Ordinal), "")
    {
    }

    CheckpointWriter(List<NamedTensor> tensors, SortedDictionary<string, string> scalars, string prefix) => (this.tensors, this.scalars, this.prefix) = (tensors, scalars, prefix);

    /// <summary>Tensors in the order in which they were added.</summary>
    public IReadOnlyList<NamedTensor> Tensors => tensors;

    /// <summary>Scalars and texts, written so that they read back exactly.</summary>
    public IReadOnlyDictionary<string, string> Scalars => scalars;

    /// <summary>The same file for a part that may use names used elsewhere: each becomes <c>part.name</c>.</summary>
    public CheckpointWriter Within(string part) => new(tensors, scalars, $"{prefix}{part}.");

    /// <summary>Adds a tensor.</summary>
    /// <exception cref="SettingException">The name is taken.</exception>
    public void Add(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        tensors.Add(new NamedTensor(Claim(name), value));
    }

    /// <summary>Adds tensors, each as <c>prefix.name</c>.</summary>
    public void Add(string prefix, IEnumerable<NamedTensor> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach ((string name, Tensor value) in values) Add($"{prefix}.{name}", value);
    }

    /// <summary>Adds a real number.</summary>
    public void Add(string name, double value) => Add(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Adds a whole number.</summary>
    public void Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a text.</summary>
    public void Add(string name, string value) => scalars.Add(Claim(name), value);

    string Claim(string name)
    {
        string whole = prefix + name;
        return !scalars.ContainsKey(whole) && !tensors.Exists(one => one.Name == whole)
            ? whole
            : throw new SettingException($"The checkpoint holds '{whole}' twice. Give each part of the state its own name.");
    }
}
