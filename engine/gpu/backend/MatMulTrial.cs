using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>One tile measured for one shape.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Tile">Name of the tile.</param>
/// <param name="Seconds">Time of one product.</param>
public readonly record struct MatMulMeasurement(MatMulShapeKey Shape, string Tile, double Seconds)
{
    /// <summary>Floating-point operations a second.</summary>
    public double Rate => 2.0 * Shape.Batch * Shape.Rows * Shape.Columns * Shape.Inner / Seconds;
}

/// <summary>All tiles measured for one shape.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Measured">The tiles, the fastest first; none where a product has one kernel only.</param>
/// <param name="DefaultTile">Name of the tile that the shipped table chooses.</param>
public sealed record MatMulTrial(MatMulShapeKey Shape, IReadOnlyList<MatMulMeasurement> Measured, string DefaultTile)
{
    /// <summary>A tile replaces the default if it takes less than this part of the default's time: sums of another tile may have other bits, which noise alone must not decide.</summary>
    public const double Margin = 0.98;

    /// <summary>The default's measurement; null where it was not among the tiles.</summary>
    public MatMulMeasurement? Default => Measured.Select(static one => (MatMulMeasurement?)one).FirstOrDefault(one => one!.Value.Tile == DefaultTile);

    /// <summary>The tile to take: the fastest if it is faster than the default by the margin, else the default; null where nothing was measured.</summary>
    public MatMulMeasurement? Winner =>
        Measured.Count == 0 ? null : Default is { } standard && Measured[0].Seconds >= Margin * standard.Seconds ? standard : Measured[0];
}
