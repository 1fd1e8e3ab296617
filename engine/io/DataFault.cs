using System.Text;

namespace Adjoint;

/// <summary>Builds the errors of readers and writers: one line that names the file, what is wrong, and the remedy.</summary>
static class DataFault
{
    const int LongestQuote = 60;

    /// <summary>An error about a file, or about bytes in memory under the name <paramref name="source"/>.</summary>
    public static DataException In(string source, string problem, string remedy, Exception? inner = null) =>
        new($"{OneLine(source)}: {OneLine(problem)}. {remedy}", inner);

    /// <summary>An error of the operating system while a file was opened, read or written.</summary>
    public static DataException OfSystem(string path, string action, Exception inner) => In(
        path,
        $"cannot be {action} ({inner.Message.TrimEnd('.')})",
        inner switch
        {
            FileNotFoundException => "Check the path.",
            DirectoryNotFoundException => "Create the folder, or check the path.",
            UnauthorizedAccessException => "Check the permissions, and that the path is a file in a folder that you may use.",
            _ => "Check the path and the space on the disk.",
        },
        inner);

    /// <summary>
    /// Whether opening a file may end this way for reasons outside the program: a missing file, a forbidden one, a path that is none.
    /// </summary>
    public static bool IsSystem(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Text from a file as it may appear in a message: in quotes, clipped.</summary>
    public static string Quote(string text) => text.Length <= LongestQuote ? $"'{text}'" : $"'{text[..LongestQuote]}…'";

    /// <summary>Bytes from a file as they may appear in a message.</summary>
    public static string Quote(ReadOnlySpan<byte> text) =>
        Quote(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * LongestQuote)]));

    static string OneLine(string text)
    {
        foreach (char c in text)
        {
            if (IsBreaking(c)) return string.Concat(text.Select(x => IsBreaking(x) ? '?' : x));
        }

        return text;
    }

    static bool IsBreaking(char c) => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029';
}
