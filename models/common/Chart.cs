namespace Adjoint.Models;

/// <summary>How the points of a <see cref="Series"/> are drawn.</summary>
public enum SeriesKind
{
    /// <summary>Joined by a line.</summary>
    Line,

    /// <summary>Joined by a thin pale line: noisy values behind a smoothed line.</summary>
    PaleLine,

    /// <summary>Dots.</summary>
    Points,

    /// <summary>A pale ground between two lines, in the colour of the series before it.</summary>
    Band,
}

/// <summary>Points of a chart under one name. Points with a coordinate that is not finite are gaps.</summary>
public sealed record Series(string Name, SeriesKind Kind, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>The upper line of a band, whose lower one is <see cref="Y"/>; empty for other kinds.</summary>
    public IReadOnlyList<double> High { get; init; } = [];
}

/// <summary>A chart: axes and series. <c>new Chart("Samples", "x", "y") { HasEqualAxes = true }.Points("model", xs, ys)</c>.</summary>
/// <param name="Title">Title, also the text read out in place of the picture.</param>
/// <param name="XLabel">Label of the horizontal axis.</param>
/// <param name="YLabel">Label of the vertical axis.</param>
public sealed record Chart(string Title, string XLabel, string YLabel)
{
    readonly List<Series> series = [];

    /// <summary>The series in drawing order.</summary>
    public IReadOnlyList<Series> Series => series;

    /// <summary>Whether the horizontal axis is logarithmic; values that are not positive are left out.</summary>
    public bool HasLogX { get; init; }

    /// <summary>Whether the vertical axis is logarithmic; values that are not positive are left out.</summary>
    public bool HasLogY { get; init; }

    /// <summary>Whether a unit is equally long on both axes, as maps and planar samples need.</summary>
    public bool HasEqualAxes { get; init; }

    /// <summary>Adds a line.</summary>
    public Chart Line(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) => Add(name, SeriesKind.Line, x, y);

    /// <summary>Adds a thin pale line, for noisy values behind a smoothed line.</summary>
    public Chart PaleLine(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) => Add(name, SeriesKind.PaleLine, x, y);

    /// <summary>Adds dots.</summary>
    public Chart Points(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) => Add(name, SeriesKind.Points, x, y);

    /// <summary>Adds a band around the series that was added last, in its colour and without an entry of its own in the legend: intervals of an estimate.</summary>
    /// <exception cref="ShapeException">The numbers of x, low and high differ.</exception>
    public Chart Band(IReadOnlyList<double> x, IReadOnlyList<double> low, IReadOnlyList<double> high)
    {
        ArgumentNullException.ThrowIfNull(high);
        Add("band", SeriesKind.Band, x, low);
        if (high.Count != x.Count) throw new ShapeException($"Chart: a band has {x.Count} x and {high.Count} upper ends. Give one for each x.");
        series[^1] = series[^1] with { High = high };
        return this;
    }

    /// <summary>Adds the rows of a float tensor [count, 2] as dots.</summary>
    /// <exception cref="ShapeException">The tensor has another shape.</exception>
    public Chart Points(string name, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Rank != 2 || rows.Shape[1] != 2) throw new ShapeException($"Chart.Points: rows {rows.Shape} are not [count, 2]. Project them on two columns.");
        double[] values = rows.Detach().To(DType.F64).Read<double>();
        return Add(name, SeriesKind.Points, [.. values.Where((_, i) => i % 2 == 0)], [.. values.Where((_, i) => i % 2 == 1)]);
    }

    Chart Add(string name, SeriesKind kind, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count) throw new ShapeException($"Chart: the series {name} has {x.Count} x and {y.Count} y. Give one y for each x.");
        series.Add(new Series(name, kind, x, y));
        return this;
    }
}
