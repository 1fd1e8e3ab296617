namespace Adjoint;

/// <summary>
/// A row of width numbers for each of count symbols: i64 [...] → [..., width]. The gradient adds up the rows of equal indices in a fixed order.
/// </summary>
public sealed class Embedding : Layer
{
    /// <summary>Makes the table; without an initialiser its first values are standard normal.</summary>
    /// <exception cref="SettingException">A size is below 1.</exception>
    public Embedding(int count, int width, Initializer? initializer = null)
    {
        Check.AtLeast(count, 1, "Embedding count");
        Width = Check.AtLeast(width, 1, "Embedding width");
        Weight = Add("weight", [count, width], initializer ?? Initializers.Normal(1));
    }

    /// <summary>Size of the rows.</summary>
    public int Width { get; }

    /// <summary>[count, width]</summary>
    public Parameter Weight { get; }

    /// <summary>The rows of the indices.</summary>
    /// <exception cref="DTypeException">The indices are not i64.</exception>
    /// <exception cref="ShapeException">An index is outside the table.</exception>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor rows = Weight.Value.Select(0, x.Reshape([x.Count]));
        return x.Rank == 1 ? rows : rows.Reshape([.. x.Shape, Width]);
    }
}
