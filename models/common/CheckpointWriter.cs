using System.Globalization;

namespace Adjoint.Models;

/// <summary>
/// Collects the state of a run under names. Tensors are not copied: the file is written before training goes on. Names of tensors and of scalars share one space.
/// </summary>
public sealed class CheckpointWriter
{
    readonly List<NamedTensor> tensors = [];
    readonly SortedDictionary<string, string> scalars = new(StringComparer.Ordinal);

    /// <summary>Tensors in the order in which they were added.</summary>
    public IReadOnlyList<NamedTensor> Tensors => tensors;

    /// <summary>Scalars and texts, written so that they read back exactly.</summary>
    public IReadOnlyDictionary<string, string> Scalars => scalars;

    /// <summary>Adds a tensor.</summary>
    /// <exception cref="SettingException">The name is taken.</exception>
    public void Add(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Claim(name);
        tensors.Add(new NamedTensor(name, value));
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
    public void Add(string name, string value)
    {
        Claim(name);
        scalars.Add(name, value);
    }

    void Claim(string name)
    {
        if (scalars.ContainsKey(name) || tensors.Exists(one => one.Name == name))
            throw new SettingException($"The checkpoint holds '{name}' twice. Give each part of the state its own name.");
    }
}
