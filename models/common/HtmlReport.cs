using System.Globalization;
using System.Net;
using System.Text;

namespace Adjoint.Models;

/// <summary>Writes a report as one HTML page that refers to nothing outside itself, and its pictures as PNG files.</summary>
public static class HtmlReport
{
    /// <summary>Writes <c>report.html</c> and one <c>NAME.png</c> a picture into a folder.</summary>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(string folder, string title, string subtitle, ReportBuilder report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var pictures = new Dictionary<PicturePart, byte[]>(ReferenceEqualityComparer.Instance);
        foreach (PicturePart part in report.Parts.OfType<PicturePart>())
        {
            byte[] png = part.Picture.ToPng();
            pictures.Add(part, png);
            AtomicFile.Write(Path.Combine(folder, part.Name + ".png"), stream => stream.Write(png));
        }

        byte[] page = Encoding.UTF8.GetBytes(Render(title, subtitle, report, part => pictures[part]));
        AtomicFile.Write(Path.Combine(folder, "report.html"), stream => stream.Write(page));
    }

    static string Render(string title, string subtitle, ReportBuilder report, Func<PicturePart, byte[]> png)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <title>{Escape(title)}</title>
            <style>
            {HtmlStyle.Sheet}
            </style>
            </head>
            <body>
            <main>
            <header><h1>{Escape(title)}</h1><p>{Escape(subtitle)}</p></header>

            """);
        bool isOpen = false;
        int charts = 0;
        foreach (ReportPart part in report.Parts)
        {
            switch (part)
            {
                case HeadingPart heading:
                    html.Append(CultureInfo.InvariantCulture, $"{(isOpen ? "</section>\n" : "")}<section>\n<h2>{Escape(heading.Text)}</h2>\n");
                    isOpen = true;
                    break;
                case ParagraphPart paragraph:
                    html.Append(CultureInfo.InvariantCulture, $"<p>{Escape(paragraph.Text)}</p>\n");
                    break;
                case TablePart table:
                    AppendTable(html, table);
                    break;
                case ChartPart chart:
                    AppendChart(html, chart.Chart, charts++);
                    break;
                case PicturePart picture:
                    Picture size = picture.Picture;
                    html.Append("<figure class=\"picture\">");
                    html.Append(CultureInfo.InvariantCulture, $"<img src=\"data:image/png;base64,{Convert.ToBase64String(png(picture))}\" ");
                    html.Append(CultureInfo.InvariantCulture, $"width=\"{size.Width}\" height=\"{size.Height}\" alt=\"{Escape(picture.Caption)}\">");
                    html.Append(CultureInfo.InvariantCulture, $"<figcaption>{Escape(picture.Caption)}</figcaption></figure>\n");
                    break;
            }
        }

        return html.Append(isOpen ? "</section>\n" : "").Append("</main>\n</body>\n</html>\n").ToString();
    }

    static void AppendChart(StringBuilder html, Chart chart, int number)
    {
        html.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{Escape(chart.Title)}");
        (string Name, string Colour, bool IsBroken)[] legend = [.. ChartSvg.Legend(chart)];
        foreach (var (name, colour, isBroken) in legend.Length > 1 ? legend : [])
            html.Append(CultureInfo.InvariantCulture, $"<span class=\"key{(isBroken ? " broken" : "")}\" style=\"--key: {colour}\">{Escape(name)}</span>");
        html.Append(CultureInfo.InvariantCulture, $"</figcaption>\n{ChartSvg.Draw(chart, number)}</figure>\n");
    }

    static void AppendTable(StringBuilder html, TablePart part)
    {
        Table table = part.Table;
        bool[] isNumeric = [.. table.Columns.Select((_, column) => table.Rows.Any(row => row[column].Length > 0) && table.Rows.All(row => row[column].Length == 0 || IsNumber(row[column])))];
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\"><table>\n<caption>{Escape(part.Title)}</caption>\n<thead><tr>");
        for (int i = 0; i < table.Columns.Count; i++)
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"{(isNumeric[i] ? " class=\"number\"" : "")}>{Escape(table.Columns[i])}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            html.Append("<tr>");
            for (int i = 0; i < row.Count; i++) html.Append(CultureInfo.InvariantCulture, $"<td{(isNumeric[i] ? " class=\"number\"" : "")}>{Escape(row[i])}</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
    }

    static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    static string Escape(string text) => WebUtility.HtmlEncode(text);
}
