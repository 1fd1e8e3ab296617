namespace Adjoint;

// Nearest points of sets, along the last axis; functions of ops, so that derivatives of every order follow where they exist.
public static partial class TensorMath
{
    /// <summary>
    /// The nearest point of the simplex {y ≥ 0, Σ y = total} for each row: max(x - θ, 0) with θ = maxₖ (sum of the k largest - total)/k. Held, Wolfe, Crowder 1974; Duchi et al. 2008.
    /// </summary>
    /// <exception cref="SettingException">The total is not positive.</exception>
    public static Tensor ProjectToSimplex(this Tensor x, double total = 1)
    {
        Require.MinimumRank("ProjectToSimplex", "the point", x, 1);
        Require.Float("ProjectToSimplex", x);
        Check.InRange(total, double.Epsilon, double.MaxValue, "ProjectToSimplex total");
        Tensor counts = Tensor.Range(x.Shape[-1], 1, 1, x.DType, x.Device);
        Tensor threshold = ((x.Sort(-1, descending: true).CumulativeSum() - total) / counts).Max([-1], keepAxes: true);
        return (x - threshold).Relu();
    }

    /// <summary>The nearest point of the ball of a radius about zero for each row: x where it is inside, else scaled to the radius.</summary>
    /// <exception cref="SettingException">The radius is not positive.</exception>
    public static Tensor ProjectToBall(this Tensor x, double radius = 1)
    {
        Require.MinimumRank("ProjectToBall", "the point", x, 1);
        Check.InRange(radius, double.Epsilon, double.MaxValue, "ProjectToBall radius");
        Tensor square = x.Square().Sum(-1, keepAxes: true);
        return x * (square.Maximum(Tensor.Scalar(radius * radius, x.DType, x.Device)).Rsqrt() * radius);
    }

    /// <summary>
    /// The nearest point of the second-order cone {(v, t): |v| ≤ t} for each row, whose last number is t: the row itself inside, zero in the polar cone, else (|v| + t)/2·(v/|v|, 1).
    /// Boyd, Vandenberghe 2004, exercise 8.3.
    /// </summary>
    /// <exception cref="ShapeException">Rows have fewer than two numbers.</exception>
    public static Tensor ProjectToSecondOrderCone(this Tensor x)
    {
        Require.MinimumRank("ProjectToSecondOrderCone", "the point", x, 1);
        int last = x.Shape[-1] - 1;
        if (last < 1) throw new ShapeException($"ProjectToSecondOrderCone: rows of {x.Shape} are no vector and height. Put the height behind the vector.");
        Tensor v = x.Slice(-1, 0, last), t = x.Slice(-1, last, last + 1);

        // The length of a vector of zeros counts as one where it is divided by, so that no derivative is 0·∞.
        Tensor square = v.Square().Sum(-1, keepAxes: true), positive = Where(square.Greater(0), square, Tensor.Scalar(1, x.DType, x.Device)).Sqrt();
        Tensor length = positive * square.Sign(), half = (length + t) * 0.5;
        Tensor boundary = Concat([half * v / positive, half], -1);
        return Where(length.LessOrEqual(t), x, Where(length.LessOrEqual(-t), Tensor.Scalar(0, x.DType, x.Device), boundary));
    }
}
