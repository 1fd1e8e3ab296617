namespace Adjoint;

/// <summary>Whether a table's first row holds names.</summary>
public enum CsvHeader
{
    /// <summary>It does if none of its fields is a number. A table of text alone is taken to have names: say No if it has none.</summary>
    Auto,

    /// <summary>The first row holds names, even if they look like numbers.</summary>
    Yes,

    /// <summary>The first row holds values; columns are called 0, 1, ….</summary>
    No,
}

/// <summary>How to read a table of text.</summary>
public sealed record CsvOptions
{
    /// <summary>
    /// The separator, or null to take the most frequent of comma, semicolon and tab in the first line. A blank means any run of blanks.
    /// </summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first row holds names.</summary>
    public CsvHeader Header { get; init; }

    /// <summary>Lines to ignore at the start, before the header.</summary>
    public int SkipLines { get; init; }

    /// <summary>Fields, besides empty ones, that stand for a missing number.</summary>
    public IReadOnlyList<string> Missing { get; init; } = ["NA", "NaN", "nan"];

    /// <summary>Most bytes of the file, after inflating.</summary>
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>Most bytes of one row.</summary>
    public int MaxRowBytes { get; init; } = 16 << 20;

    /// <summary>Most columns.</summary>
    public int MaxColumns { get; init; } = 1 << 20;
}
