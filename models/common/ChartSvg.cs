using System.Globalization;
using System.Net;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Adjoint.Models;

/// <summary>Draws a <see cref="Chart"/> as an SVG element to be put into a page.</summary>
static class ChartSvg
{
    const double Width = 720;
    const double Height = 380;

    // Above this many points a line is thinned to the extremes of equal stretches: the drawing is the same, the page stays small.
    const int MostPoints = 2000;

    // Five hues that stay apart for colour-blind eyes and on white as well as on near-black ground.
    static readonly OxyColor[] Palette =
    [
        OxyColor.FromRgb(0x2f, 0x7e, 0xd8), OxyColor.FromRgb(0xe0, 0x7b, 0x20), OxyColor.FromRgb(0x1f, 0x9e, 0x77), OxyColor.FromRgb(0xc9, 0x4f, 0x9b),
        OxyColor.FromRgb(0x8c, 0x8c, 0x3a),
    ];

    // Readable on both grounds; the page's style replaces it by the text colour of the theme.
    static readonly OxyColor Ink = OxyColor.FromRgb(0x11, 0x11, 0x12);
    static readonly OxyColor Grid = OxyColor.FromRgb(0xdd, 0xdd, 0xde);

    /// <summary>Series of a legend with their colours as CSS writes them, and whether the hue comes a second time, so that the line is broken.</summary>
    public static IEnumerable<(string Name, string Colour, bool IsBroken)> Legend(Chart chart)
    {
        for (int i = 0; i < chart.Series.Count; i++)
        {
            int place = Place(chart, i);
            if (chart.Series[i].Kind != SeriesKind.Band) yield return (chart.Series[i].Name, Css(Palette[place % Palette.Length]), IsBroken(place));
        }
    }

    static string Css(OxyColor colour)
    {
        return string.Create(CultureInfo.InvariantCulture, $"#{colour.R:x2}{colour.G:x2}{colour.B:x2}");
    }

    /// <summary>The SVG element, with the title as its accessible name.</summary>
    /// <param name="chart">What to draw.</param>
    /// <param name="number">Number of the chart within its page, which keeps identifiers apart.</param>
    public static string Draw(Chart chart, int number)
    {
        var plot = new PlotModel
        {
            DefaultFont = "sans-serif",
            DefaultFontSize = 12,
            TextColor = Ink,
            PlotAreaBorderColor = Grid,
            // The exporter measures text narrower than browsers draw it; room on the left keeps long numbers whole.
            Padding = new OxyThickness(24, 8, 16, 8),
            PlotAreaBorderThickness = new OxyThickness(0, 0, 0, 1),
            PlotType = chart.HasEqualAxes ? PlotType.Cartesian : PlotType.XY,
            Background = OxyColors.Undefined,
        };
        plot.Axes.Add(CreateAxis(AxisPosition.Bottom, chart.XLabel, chart.HasLogX));
        plot.Axes.Add(CreateAxis(AxisPosition.Left, chart.YLabel, chart.HasLogY));
        // Bands are a ground for all lines.
        foreach (int i in Enumerable.Range(0, chart.Series.Count).OrderBy(i => chart.Series[i].Kind != SeriesKind.Band)) plot.Series.Add(CreateSeries(chart, chart.Series[i], Place(chart, i)));
        var exporter = new SvgExporter
        {
            Width = Width, Height = chart.HasEqualAxes ? Width : Height, IsDocument = false, UseVerticalTextAlignmentWorkaround = true,
        };
        string svg = exporter.ExportToString(plot);
        string prefix = string.Create(CultureInfo.InvariantCulture, $"chart{number}-clip");
        string name = WebUtility.HtmlEncode(chart.Title);
        string size = string.Create(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {Width} {(chart.HasEqualAxes ? Width : Height)}\"");
        int start = svg.IndexOf("<svg", StringComparison.Ordinal), end = svg.IndexOf('>', start);
        string body = svg[(end + 1)..].TrimEnd()
            .Replace("\"clipPath", $"\"{prefix}", StringComparison.Ordinal)
            .Replace("#clipPath", $"#{prefix}", StringComparison.Ordinal)
            .Replace(Hex(Ink), "currentColor", StringComparison.Ordinal)
            .Replace(Hex(Grid), "var(--grid)", StringComparison.Ordinal);
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" {size} role=\"img\" aria-label=\"{name}\">{body}";
    }

    static string Hex(OxyColor colour) => string.Create(CultureInfo.InvariantCulture, $"rgb({colour.R},{colour.G},{colour.B})");

    static Axis CreateAxis(AxisPosition position, string label, bool isLogarithmic)
    {
        Axis axis = isLogarithmic ? new LogarithmicAxis { UseSuperExponentialFormat = false } : new LinearAxis();
        axis.Position = position;
        axis.Title = label;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = Grid;
        axis.TicklineColor = Grid;
        axis.TickStyle = TickStyle.None;
        axis.AxisTitleDistance = position == AxisPosition.Left ? 18 : 10;
        axis.AxislineStyle = LineStyle.None;
        axis.MaximumPadding = axis.MinimumPadding = position == AxisPosition.Left ? 0.05 : 0.01;
        return axis;
    }

    // Position of a series among those with a colour of their own; a band has the one before it.
    static int Place(Chart chart, int series) => Math.Max(0, chart.Series.Take(series + 1).Count(static one => one.Kind != SeriesKind.Band) - 1);

    static bool IsBroken(int place) => place / Palette.Length % 2 == 1;

    static XYAxisSeries CreateSeries(Chart chart, Series series, int place)
    {
        OxyColor colour = Palette[place % Palette.Length];
        bool IsShown(int i) => double.IsFinite(series.X[i]) && double.IsFinite(series.Y[i])
            && (!chart.HasLogX || series.X[i] > 0) && (!chart.HasLogY || series.Y[i] > 0);
        IEnumerable<int> indices = Enumerable.Range(0, series.X.Count);
        if (series.Kind == SeriesKind.Points)
        {
            var points = new ScatterSeries
            {
                Title = series.Name, MarkerType = MarkerType.Circle, MarkerSize = series.X.Count > 500 ? 1.5 : 3, MarkerFill = OxyColor.FromAColor(160, colour),
            };
            points.Points.AddRange(indices.Where(IsShown).Select(i => new ScatterPoint(series.X[i], series.Y[i])));
            return points;
        }

        if (series.Kind == SeriesKind.Band)
        {
            var band = new AreaSeries { Title = series.Name, Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, Fill = OxyColor.FromAColor(45, colour), StrokeThickness = 0 };
            foreach (int i in indices.Where(i => IsShown(i) && double.IsFinite(series.High[i])))
            {
                band.Points.Add(new DataPoint(series.X[i], series.Y[i]));
                band.Points2.Add(new DataPoint(series.X[i], series.High[i]));
            }

            return band;
        }

        bool isPale = series.Kind == SeriesKind.PaleLine;
        var line = new LineSeries
        {
            Title = series.Name, Color = isPale ? OxyColor.FromAColor(110, colour) : colour, StrokeThickness = isPale ? 1 : 2, LineJoin = LineJoin.Round,
            LineStyle = IsBroken(place) ? LineStyle.Dash : LineStyle.Solid,
        };
        line.Points.AddRange(Thin([.. indices.Select(i => IsShown(i) ? new DataPoint(series.X[i], series.Y[i]) : DataPoint.Undefined)]));
        return line;
    }

    static IEnumerable<DataPoint> Thin(DataPoint[] points)
    {
        if (points.Length <= MostPoints) return points;
        int stretch = (points.Length * 2 / MostPoints) + 1;
        return points.Chunk(stretch).SelectMany(chunk =>
        {
            DataPoint lowest = chunk.MinBy(point => point.Y), highest = chunk.MaxBy(point => point.Y);
            return lowest.X <= highest.X ? (DataPoint[])[lowest, highest] : [highest, lowest];
        });
    }
}
