using System.Text.RegularExpressions;

namespace Adjoint.Tests.Coverage;

/// <summary>An operation that papers ask for.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Covers">What covers it: op:NAME, or a public type or member.</param>
/// <param name="Words">Words by which a phrase means it.</param>
sealed record Need(string Name, string[] Covers, string[] Words);

/// <summary>The list of operations beside this file, and the phrases of the papers' specifications.</summary>
static partial class PaperNeeds
{
    static readonly string[] lines = [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "coverage", "operations.txt")).Where(static line => line.Length > 0 && line[0] != '#')];

    /// <summary>Folder of the specifications, which is not part of the repository.</summary>
    public static string Papers { get; } = Path.Combine(Repository.Root, "..", "shared", "papers");

    /// <summary>The operations in the order of the list.</summary>
    public static Need[] All { get; } = [.. lines.Where(static line => line[0] != '-').Select(static line =>
    {
        string[] parts = line.Split('|', 3);
        return new Need(parts[0].Trim(), Items(parts[1], ','), Items(parts[2], ';'));
    })];

    /// <summary>Words of phrases that ask for no operation.</summary>
    public static string[] Passed { get; } = [.. lines.Where(static line => line[0] == '-').SelectMany(static line => Items(line.Split('|', 2)[1], ';'))];

    /// <summary>The phrases of a specification's section on engine operations, in lower case.</summary>
    public static string[] Phrases(string specification)
    {
        Match section = Section().Match(specification);
        string text = section.Groups["text"].Value.Replace("*", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);
        return [.. Breaks().Split(text).Select(static phrase => phrase.Trim(' ', '-', '.', ',', ';', ':', ')', '(').ToLowerInvariant()).Where(static phrase => phrase.Length > 0)];
    }

    /// <summary>Whether one of the words begins at the start of a word of the phrase; or, exactly, also ends at the end of one.</summary>
    public static bool Says(string phrase, string[] words, bool exactly = false) => Array.Exists(words, word =>
    {
        for (int i = phrase.IndexOf(word, StringComparison.Ordinal); i >= 0; i = phrase.IndexOf(word, i + 1, StringComparison.Ordinal))
        {
            int end = i + word.Length;
            if ((i == 0 || !char.IsLetterOrDigit(phrase[i - 1])) && (!exactly || end == phrase.Length || !char.IsLetterOrDigit(phrase[end]))) return true;
        }

        return false;
    });

    /// <summary>Whether a phrase is a size or a symbol: it has no word of three letters.</summary>
    public static bool IsSize(string phrase) => !Word().IsMatch(phrase);

    /// <summary>Specifications that a phrase refers to.</summary>
    public static IEnumerable<string> References(string phrase) => Reference().Matches(phrase).Select(static match => match.Groups["name"].Value);

    static string[] Items(string text, char separator) => text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^## 4(bis)?\. Engine operations needed\n(?<text>.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Section();

    [GeneratedRegex(@"[;:.,()]\s+|\n|\)\s*|\s\(")]
    private static partial Regex Breaks();

    [GeneratedRegex("[a-z]{3}")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<name>[a-z-]+)\.md")]
    private static partial Regex Reference();
}
