using System.Xml;
using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

[NonParallelizable]
sealed class ReportTests : CommandTestBase
{
    [Test]
    public void TheReportHoldsCurvesTablesAndPicturesAndEscapesText()
    {
        Train("run");
        string page = File.ReadAllText(At("run", "report.html"));
        Assert.That(page, Does.Contain("aria-label=\"loss\"").And.Contain("aria-label=\"average loss\"").And.Contain("aria-label=\"Weights &amp; more\""));
        Assert.That(page, Does.Contain("<polyline").Or.Contain("<path"));
        Assert.That(page, Does.Contain("data:image/png;base64,").And.Contain("alt=\"Weights as &quot;colours&quot;\""));
        Assert.That(page, Does.Contain("<td>distance</td>").And.Contain("learning rate"));
        Assert.That(page, Does.Contain("Least squares &lt;b&gt;on&lt;/b&gt;").And.Contain("&lt;script&gt;"));
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("<b>"));
    }

    [Test]
    public void TheReportRefersToNothingOutsideItself()
    {
        Train("run");
        string page = File.ReadAllText(At("run", "report.html"));
        string[] identifiers = [.. System.Text.RegularExpressions.Regex.Matches(page, " id=\"([^\"]*)\"").Select(match => match.Groups[1].Value)];
        Assert.That(identifiers, Is.Unique.And.Not.Empty);
        foreach (string reference in (string[])["src=\"http", "href=", "url(h", "@import", "<link", "<iframe"]) Assert.That(page, Does.Not.Contain(reference));
    }

    [Test]
    public void ChartsAreWellFormedXmlWhateverTheirNumbers()
    {
        var chart = new Chart("<odd> & \"numbers\"", "x < y", "a & b") { HasLogY = true };
        chart.Line("<line>", [0, 1, 2, 3, 4], [1, double.NaN, double.PositiveInfinity, -1, 1e300]);
        chart.Points("none", [], []);
        chart.Line("long", [.. Enumerable.Range(0, 100_000).Select(i => (double)i)], [.. Enumerable.Range(0, 100_000).Select(i => 2 + Math.Sin(i))]);
        var report = new ReportBuilder();
        HtmlReport.Write(At(), "t", "s", report.Chart(chart).Chart(new Chart("empty", "", "")));
        string page = File.ReadAllText(At("report.html"));
        Assert.That(page.Length, Is.LessThan(400_000), "a long series is thinned");
        for (int at = page.IndexOf("<svg", StringComparison.Ordinal); at >= 0; at = page.IndexOf("<svg", at + 1, StringComparison.Ordinal))
        {
            var document = new XmlDocument();
            document.LoadXml(page[at..(page.IndexOf("</svg>", at, StringComparison.Ordinal) + 6)]);
            Assert.That(document.DocumentElement!.GetAttribute("role"), Is.EqualTo("img"));
        }
    }

    [Test]
    public void ABandHasTheColourOfItsLineAndNoPlaceInTheLegend()
    {
        Chart chart = new Chart("Bands", "x", "y").Line("first", [0, 1], [0, 1]).Band([0, 1], [-1, 0], [1, 2]).Line("second", [0, 1], [1, 0]);
        for (int i = 3; i <= 6; i++) chart.Line($"line {i}", [0, 1], [i, i]);
        HtmlReport.Write(At(), "t", "s", new ReportBuilder().Chart(chart));
        string page = File.ReadAllText(At("report.html"));
        string[] keys = [.. System.Text.RegularExpressions.Regex.Matches(page, "<span class=\"key([^>]*)>([^<]*)").Select(match => match.Value)];
        Assert.That(keys, Has.Length.EqualTo(6), "one for each line");
        string Colour(int i) => keys[i][keys[i].IndexOf('#')..][..7];
        Assert.That(Colour(0), Is.Not.EqualTo(Colour(1)));
        Assert.That(Colour(5), Is.EqualTo(Colour(0)));
        Assert.That(keys.Select(static key => key.Contains("broken", StringComparison.Ordinal)), Is.EqualTo(new[] { false, false, false, false, false, true }), "a hue that comes again is told apart by a broken line");
        int Part(string text, int at) => Convert.ToInt32(text.Substring(at, 2), 16);
        Assert.That(page, Does.Contain($"<polygon").And.Contain($"fill:rgb({Part(Colour(0), 1)},{Part(Colour(0), 3)},{Part(Colour(0), 5)})"));
        Assert.Throws<ShapeException>(() => new Chart("", "", "").Band([0, 1], [0, 1], [1]));
    }

    [Test]
    public void AGridPlacesUpscaledImagesInReadingOrder()
    {
        Tensor images = Tensor.From([0f, 1f, 0.5f, 2f], [4, 1, 1]);
        Picture grid = Picture.Grid(images, columns: 2, scale: 3);
        Assert.That((grid.Width, grid.Height), Is.EqualTo((12, 12)));
        byte At(int x, int y) => grid.Pixels[((y * grid.Width) + x) * 3];
        Assert.That((byte[])[At(2, 2), At(4, 4), At(7, 2), At(2, 7), At(7, 7)], Is.EqualTo((byte[])[0, 0, 255, 128, 255]));
        Assert.That(At(0, 0), Is.EqualTo(255), "the margin is white");
    }

    [Test]
    public void ColourImagesAndLabelsAreDrawn()
    {
        Picture grid = Picture.Grid(Tensor.From([1f, 0f, 0f], [1, 1, 1, 3]), ["7"], scale: 20);
        Assert.That(grid.Pixels.AsSpan(((5 * grid.Width) + 5) * 3, 3).ToArray(), Is.EqualTo((byte[])[255, 0, 0]));
        Assert.That(grid.Pixels.AsSpan(grid.Width * 23 * 3).ToArray(), Does.Contain((byte)64), "the label has dark dots");
    }

    [Test]
    public void PicturesAreWrittenAsPng()
    {
        byte[] png = Picture.HeatMap(Tensor.From([0f, float.NaN, 1f, 2f], [2, 2]), scale: 5).ToPng();
        Assert.That(png.AsSpan(0, 8).ToArray(), Is.EqualTo((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]));
        Assert.That(png[19], Is.EqualTo(10), "width in the header");
    }

    [Test]
    public void WrongShapesAndNamesAreTypedErrors()
    {
        Assert.Throws<ShapeException>(() => Picture.Grid(Tensor.Zeros([2, 2])));
        Assert.Throws<ShapeException>(() => Picture.Grid(Tensor.Zeros([0, 2, 2])));
        Assert.Throws<ShapeException>(() => Picture.Grid(Tensor.Zeros([1, 2, 2]), ["a", "b"]));
        Assert.Throws<ShapeException>(() => Picture.Grid(Tensor.Zeros([1, 2, 2]), scale: 100_000));
        Assert.Throws<ShapeException>(() => Picture.HeatMap(Tensor.Zeros([3])));
        Assert.Throws<ShapeException>(() => new Chart("", "", "").Line("a", [1], []));
        Picture picture = Picture.HeatMap(Tensor.Zeros([1, 1]));
        foreach (string name in (string[])["", "../up", "a/b", "a.b"]) Assert.Throws<SettingException>(() => new ReportBuilder().Picture(name, "", picture));
        Assert.Throws<SettingException>(() => new ReportBuilder().Picture("a", "", picture).Picture("a", "", picture));
    }
}
