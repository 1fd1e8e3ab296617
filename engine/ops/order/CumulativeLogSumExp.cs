using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Running log Σ e^x along an axis. Its derivatives are linear recurrences whose factors are at most one: with y_j = log(e^y_j-1 + e^x_j), tangents follow
/// dy_j = e^(y_j-1 - y_j)·dy_j-1 + e^(x_j - y_j)·dx_j and cotangents g_j = c_j + e^(y_j - y_j+1)·g_j+1, of which x_j gets e^(x_j - y_j)·g_j.
/// </summary>
public sealed record CumulativeLogSumExp(int Axis, bool Reverse) : Scan<LogAddScan>(Axis, Reverse, false)
{
    public override string Name => "cumulative_logsumexp";

    public override Saves Saves => Saves.First | Saves.Output;

    // e^(of - at), and 0 where both are -∞.
    static Tensor Share(Tensor of, Tensor at) => LogSumExpDerivative.Weights(of, at);

    public override void Vjp(VjpRule rule)
    {
        Tensor y = rule.Result, next = LinearRecurrence.Shift(y, Axis, Reverse, double.PositiveInfinity);
        Tensor sums = Share(y, next).LinearRecurrence(rule.Cotangent, Axis, !Reverse);
        rule.Give(0, Share(rule.X, y) * sums);
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor y = rule.Result, before = LinearRecurrence.Shift(y, Axis, !Reverse, double.NegativeInfinity);
        return Share(before, y).LinearRecurrence(Share(rule.X, y) * rule.Tangent(0)!, Axis, Reverse);
    }
}

public static partial class TensorMath
{
    /// <summary>Running log Σ e^x along an axis, without overflow: y_j = log(e^x_0 + … + e^x_j), or from the last element on in reverse; -∞ as long as all are -∞.</summary>
    /// <exception cref="ShapeException">The axis does not exist.</exception>
    public static Tensor CumulativeLogSumExp(this Tensor x, int axis = -1, bool reverse = false) =>
        Dispatch.Run(new CumulativeLogSumExp(x.Shape.Axis("cumulative_logsumexp", axis), reverse), x.Contiguous());
}
