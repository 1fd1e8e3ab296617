using System.Globalization;
using System.Text;

namespace Adjoint.Bench;

/// <summary>The figures as one Markdown page: machine, bars, then a table a part with the peers' best beside ours.</summary>
static class GpuReport
{
    public static string Write(IReadOnlyList<Measurement> lines, IReadOnlyList<(string Name, string Value)> facts, IReadOnlyList<GpuBar> bars)
    {
        var text = new StringBuilder("# bench gpu\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- machine: {Results.ThisMachine()}\n- date: {DateTime.UtcNow:yyyy-MM-dd}\n- commit: {Checkout.Commit()}\n");
        foreach (var (name, value) in facts) text.Append(CultureInfo.InvariantCulture, $"- {name}: {value}\n");
        if (bars.Count > 0)
        {
            text.Append("\n| bar | reached | asked | |\n|---|---:|---:|---|\n");
            foreach (GpuBar bar in bars)
                text.Append(CultureInfo.InvariantCulture, $"| {bar.Name} | {(bar.Value is { } value ? $"{value.ToString("G3", CultureInfo.InvariantCulture)} {bar.Unit}" : "")} | {bar.Least} {bar.Unit} | {bar.Verdict} |\n");
        }

        foreach (string part in lines.Select(static line => line.Case.Split('/')[0]).Distinct()) Part(text, part, [.. lines.Where(line => line.Case.Split('/')[0] == part)]);
        return text.ToString();
    }

    static void Part(StringBuilder text, string part, Measurement[] lines)
    {
        string[] figures = [.. lines.SelectMany(static line => line.Figures).Select(static figure => figure.Name).Distinct()];
        text.Append(CultureInfo.InvariantCulture, $"\n## {part}\n\n| case | as |").AppendJoin("", figures.Select(static figure => $" {figure.Replace('_', ' ')} |"));
        text.Append("\n|---|---|").AppendJoin("", figures.Select(static _ => "---:|")).Append('\n');
        foreach (Measurement line in lines.OrderBy(static line => line.Case, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {line.Case[(part.Length + 1)..]} | {line.Variant} |");
            foreach (string figure in figures) text.Append(line[figure] is { } value ? $" {value.ToString("G4", CultureInfo.InvariantCulture)} |" : " |");
            text.Append('\n');
        }
    }
}
