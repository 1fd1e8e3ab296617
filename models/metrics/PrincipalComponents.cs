namespace Adjoint.Models;

/// <summary>
/// Principal components of rows: the eigenvectors of their covariance, divided by n - 1, in order of falling variance (Pearson 1901; Hotelling 1933). With fewer rows than columns the matrix of
/// products of rows is decomposed instead. Each direction has its entry of largest magnitude above 0.
/// </summary>
public sealed class PrincipalComponents
{
    /// <summary>Finds the components of rows.</summary>
    /// <param name="rows">Rows [samples, features], at least two.</param>
    /// <param name="components">How many to keep, at most min(samples - 1, features); null for all of them.</param>
    /// <exception cref="ShapeException">Not a matrix of at least two rows.</exception>
    /// <exception cref="SettingException">More components than there are.</exception>
    public PrincipalComponents(Tensor rows, int? components = null)
    {
        using var pause = Autodiff.Pause();
        Tensor x = MetricChecks.Rows("PrincipalComponents", "the sample", rows, 2);
        int n = x.Shape[0], d = x.Shape[1], all = Math.Min(n - 1, d), kept = components ?? all;
        if (kept < 1 || kept > all) throw new SettingException($"PrincipalComponents: {kept} components of {x.Shape} rows. Choose 1 to {all}.");
        Mean = x.Mean(0);
        Tensor centred = x - Mean;
        double scale = 1.0 / (n - 1);
        Tensor axes;
        double[] values;
        if (d <= n)
        {
            (values, Tensor vectors) = Largest(centred.Transpose().MatMul(centred) * scale, kept);
            axes = vectors.Contiguous();
        }
        else
        {
            (values, Tensor vectors) = Largest(centred.MatMul(centred.Transpose()) * scale, kept);
            axes = Oriented(vectors.MatMul(centred));
        }

        Directions = axes;
        Variances = Array.ConvertAll(values, static value => Math.Max(0, value));
        TotalVariance = centred.Square().Sum().Item() * scale;
    }

    /// <summary>Mean of the rows [features].</summary>
    public Tensor Mean { get; }

    /// <summary>Orthonormal directions [components, features].</summary>
    public Tensor Directions { get; }

    /// <summary>Variance along each direction, falling.</summary>
    public IReadOnlyList<double> Variances { get; }

    /// <summary>Sum of the variances along all directions, kept or not.</summary>
    public double TotalVariance { get; }

    /// <summary>Coordinates [samples, components] of rows, divided by the deviation along each direction if <paramref name="whiten"/>.</summary>
    /// <exception cref="ShapeException">Rows of another width.</exception>
    public Tensor Transform(Tensor rows, bool whiten = false)
    {
        Tensor x = MetricChecks.Rows("PrincipalComponents.Transform", "the sample", rows);
        if (x.Shape[1] != Mean.Count) throw new ShapeException($"PrincipalComponents.Transform: rows {rows.Shape} for components of width {Mean.Count}. Pass rows of that width.");
        Tensor coordinates = (x - Mean).MatMul(Directions.Transpose());
        return whiten ? coordinates / Deviations() : coordinates;
    }

    /// <summary>The rows [samples, features] with given coordinates; the nearest ones to those transformed, where components were left out.</summary>
    /// <exception cref="ShapeException">Another number of coordinates than of components.</exception>
    public Tensor Restore(Tensor coordinates, bool whitened = false)
    {
        Tensor z = MetricChecks.Rows("PrincipalComponents.Restore", "the sample", coordinates);
        if (z.Shape[1] != Directions.Shape[0]) throw new ShapeException($"PrincipalComponents.Restore: coordinates {coordinates.Shape} for {Directions.Shape[0]} components. Pass one for each.");
        return (whitened ? z * Deviations() : z).MatMul(Directions) + Mean;
    }

    Tensor Deviations() => Tensor.From<double>([.. Variances.Select(Math.Sqrt)]);

    // The largest eigenvalues, falling, and their vectors as rows.
    static (double[] Values, Tensor Vectors) Largest(Tensor matrix, int count)
    {
        var (values, vectors) = matrix.SymmetricEigen();
        return (values.Flip(0).Slice(0, 0, count).Read<double>(), vectors.Flip(1).Slice(1, 0, count).Transpose());
    }

    // Rows scaled to length 1, each with its entry of largest magnitude above 0.
    static Tensor Oriented(Tensor rows)
    {
        Tensor unit = rows / rows.Square().Sum(1, keepAxes: true).Sqrt();
        Tensor largest = unit.TakeAlong(1, unit.Abs().ArgMax(1).Reshape(unit.Shape[0], 1));
        return unit * largest.Sign();
    }
}
