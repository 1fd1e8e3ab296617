using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Adjoint.Bench;

/// <summary>
/// Tables in texts, written from committed results: whatever stands between <c>&lt;!-- bench NAME --&gt;</c> and <c>&lt;!-- bench end --&gt;</c> is the table of
/// bench/results/NAME.json.
/// </summary>
static partial class Tables
{
    /// <summary>The text with every table as the results say.</summary>
    /// <exception cref="BenchException">A table without end, or results that are missing or damaged.</exception>
    public static string Rewrite(string text, string folder)
    {
        string rewritten = Marked().Replace(text, match => $"{match.Groups["start"].Value}\n{Table(Results.Load(Path.Combine(folder, match.Groups["name"].Value + ".json")))}<!-- bench end -->");
        if (Start().Count(rewritten) != End().Count(rewritten)) throw new BenchException("a table lacks its '<!-- bench end -->', or its start. Add it.");
        return rewritten;
    }

    /// <summary>One row a line of results; columns are the figures that occur, in order of appearance.</summary>
    static string Table(Results results)
    {
        string[] figures = [.. results.Lines.SelectMany(static line => line.Figures).Select(static figure => figure.Name).Distinct()];
        bool variants = results.Lines.Any(static line => line.Variant.Length > 0);
        var text = new StringBuilder();
        text.Append("| case |").Append(variants ? " as |" : "").AppendJoin("", figures.Select(static figure => $" {figure.Replace('_', ' ')} |")).Append('\n');
        text.Append("|---|").Append(variants ? "---|" : "").AppendJoin("", figures.Select(static _ => "---:|")).Append('\n');
        foreach (Measurement line in results.Lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {line.Case} |").Append(variants ? $" {line.Variant} |" : "");
            foreach (string figure in figures) text.Append(CultureInfo.InvariantCulture, $" {(line[figure] is { } value ? Rounded(value) : "")} |");
            text.Append('\n');
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n`bench {results.Mode}`, {results.Date}, commit {results.Commit}, {results.Machine}\n").ToString();
    }

    // Three digits say all that a noisy machine can.
    static string Rounded(double value) =>
        Math.Abs(value) >= 100 || value == Math.Truncate(value) ? value.ToString("F0", CultureInfo.InvariantCulture) : value.ToString("G3", CultureInfo.InvariantCulture);

    [GeneratedRegex("(?<start><!-- bench (?!end)(?<name>[a-z0-9-]+) -->)\n.*?<!-- bench end -->", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex("<!-- bench (?!end)[a-z0-9-]+ -->")]
    private static partial Regex Start();

    [GeneratedRegex("<!-- bench end -->")]
    private static partial Regex End();
}
