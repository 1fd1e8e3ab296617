using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Running product along an axis. Its derivatives are linear recurrences without a division, so they are right at zeros: with y_j = x_j·y_j-1, tangents follow dy_j = x_j·dy_j-1 + y_j-1·dx_j and cotangents
/// g_j = c_j + x_j+1·g_j+1, of which x_j gets y_j-1·g_j.
/// </summary>
public sealed record CumulativeProduct(int Axis, bool Reverse) : Scan<ProductScan>(Axis, Reverse, false)
{
    public override string Name => "cumulative_product";

    public override Saves Saves => Saves.First | Saves.Output;

    // y_j-1, and 1 for the first.
    Tensor Before(Saved saved) => LinearRecurrence.Shift(saved.Result, Axis, !Reverse, 1);

    public override void Vjp(VjpRule rule)
    {
        Tensor factors = LinearRecurrence.Shift(rule.X, Axis, Reverse, 0);
        rule.Give(0, Before(rule) * factors.LinearRecurrence(rule.Cotangent, Axis, !Reverse));
    }

    public override Tensor? Jvp(JvpRule rule) => rule.X.LinearRecurrence(Before(rule) * rule.Tangent(0)!, Axis, Reverse);
}

public static partial class TensorMath
{
    /// <summary>Running product along an axis: y_j = x_0 · … · x_j, or x_j · … · x_n-1 in reverse. Its derivatives are right where numbers are zero.</summary>
    /// <exception cref="ShapeException">The axis does not exist.</exception>
    public static Tensor CumulativeProduct(this Tensor x, int axis = -1, bool reverse = false) =>
        Dispatch.Run(new CumulativeProduct(x.Shape.Axis("cumulative_product", axis), reverse), x.Contiguous());
}
