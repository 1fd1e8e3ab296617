namespace Adjoint.Models;

/// <summary>
/// The parts of a report in order. They are written as one <c>report.html</c> that needs no network, and every picture as a PNG file next to it. All text is escaped.
/// </summary>
public sealed class ReportBuilder
{
    readonly List<ReportPart> parts = [];

    /// <summary>What has been added.</summary>
    public IReadOnlyList<ReportPart> Parts => parts;

    /// <summary>Starts a section.</summary>
    public ReportBuilder Heading(string text) => Add(new HeadingPart(text));

    /// <summary>Adds a paragraph.</summary>
    public ReportBuilder Paragraph(string text) => Add(new ParagraphPart(text));

    /// <summary>Adds a table. Columns whose cells are all numbers, or blank, are set flush right.</summary>
    public ReportBuilder Table(string title, Table table) => Add(new TablePart(title, table));

    /// <summary>Adds a chart.</summary>
    public ReportBuilder Chart(Chart chart) => Add(new ChartPart(chart));

    /// <summary>Adds a picture, which is also written as <c>name.png</c>.</summary>
    /// <param name="name">File name without extension: lower-case words joined by hyphens.</param>
    /// <param name="caption">What it shows; also the text read out in its place.</param>
    /// <param name="picture">The pixels.</param>
    /// <exception cref="SettingException">The name is not a plain file name, or is taken.</exception>
    public ReportBuilder Picture(string name, string caption, Picture picture)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            throw new SettingException($"'{Names.Show(name)}' is not a name for a picture. Use letters, digits and hyphens.");
        if (parts.OfType<PicturePart>().Any(part => part.Name == name)) throw new SettingException($"Two pictures are named {name}. Rename one.");
        return Add(new PicturePart(name, caption, picture));
    }

    ReportBuilder Add(ReportPart part)
    {
        parts.Add(part);
        return this;
    }
}

/// <summary>A part of a report.</summary>
public abstract record ReportPart;

/// <summary>Start of a section.</summary>
public sealed record HeadingPart(string Text) : ReportPart;

/// <summary>Running text.</summary>
public sealed record ParagraphPart(string Text) : ReportPart;

/// <summary>A table under a title.</summary>
public sealed record TablePart(string Title, Table Table) : ReportPart;

/// <summary>A chart.</summary>
public sealed record ChartPart(Chart Chart) : ReportPart;

/// <summary>A picture with the name of its file and a caption.</summary>
public sealed record PicturePart(string Name, string Caption, Picture Picture) : ReportPart;
