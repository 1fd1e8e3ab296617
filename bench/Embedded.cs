namespace Adjoint.Bench;

/// <summary>Texts that the program carries, so that it needs no file beside it.</summary>
static class Embedded
{
    /// <summary>The text of a name.</summary>
    public static string Text(string name)
    {
        using Stream stream = typeof(Embedded).Assembly.GetManifestResourceStream(name) ?? throw new BenchException($"the program lacks {name}. Build it again.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
