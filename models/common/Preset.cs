namespace Adjoint.Models;

/// <summary>A named experiment: values for some options, a number of steps, and the data that it needs.</summary>
/// <param name="Name">Lower-case words joined by hyphens.</param>
/// <param name="Summary">One line, with the time it takes on two processor cores.</param>
/// <param name="Steps">Training steps when <c>--steps</c> is not given.</param>
/// <param name="Values">Option values, as typed after <c>--set</c>; other options keep their defaults.</param>
public sealed record Preset(string Name, string Summary, long Steps, params (string Key, string Value)[] Values)
{
    /// <summary>Data sets that must be there.</summary>
    public IReadOnlyList<DataNeed> Data { get; init; } = [];

    /// <summary>Whether it reads a file of the user's, which <c>--data FILE</c> names; see <see cref="RunConfig.DataFile"/>.</summary>
    public bool TakesFile { get; init; }
}

/// <summary>A data set that a preset reads.</summary>
/// <param name="Name">Common name: <c>Fashion-MNIST</c>.</param>
/// <param name="Source">Public address or repository where it comes from.</param>
/// <param name="Licence">Licence of the data.</param>
/// <param name="Files">Files within the data folder; empty for embedded data.</param>
public sealed record DataNeed(string Name, string Source, string Licence, params DataFile[] Files)
{
    /// <summary>Whether the data are part of the assembly, so that no file is needed.</summary>
    public bool IsEmbedded => Files.Length == 0;
}

/// <summary>A file of a data set.</summary>
/// <param name="Path">Path within the data folder, with forward slashes: <c>fashion-mnist/train-images-idx3-ubyte.gz</c>.</param>
/// <param name="Sha256">Checksum in lower-case hexadecimal.</param>
public sealed record DataFile(string Path, string Sha256);
