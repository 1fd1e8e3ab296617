using NUnit.Framework;

namespace Adjoint.Tests.DeepIv;

/// <summary>The real tables, which are not part of the repository.</summary>
static class InstrumentFiles
{
    static readonly string Folder = Path.Combine(Repository.Root, "..", "shared", "data", "iv-tables");

    /// <summary>Path of a table; the test is skipped where there is none.</summary>
    public static string Of(string name)
    {
        string path = Path.Combine(Folder, name);
        if (!File.Exists(path)) Assert.Ignore($"The real table {name} is not beside the repository (../shared/data/iv-tables).");
        return path;
    }
}
