using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Running sum along an axis.</summary>
public sealed record CumulativeSum(int Axis, bool Reverse, bool Exclusive) : Scan<SumScan>(Axis, Reverse, Exclusive)
{
    public override string Name => "cumulative_sum";

    private protected override bool TakesIntegers => true;

    public override Saves Saves => Saves.Nothing;

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.Run(this with { Reverse = !Reverse }, rule.Cotangent.Contiguous()));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous());
}

public static partial class TensorMath
{
    /// <summary>Running sum along an axis: y_j = x_0 + … + x_j, added one after another.</summary>
    /// <param name="x">Numbers of any dtype but bool.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="reverse">Whether it runs from the last element to the first: y_j = x_j + … + x_n-1.</param>
    /// <param name="exclusive">Whether x_j itself is left out of y_j.</param>
    /// <exception cref="ShapeException">The axis does not exist.</exception>
    public static Tensor CumulativeSum(this Tensor x, int axis = -1, bool reverse = false, bool exclusive = false) =>
        Dispatch.Run(new CumulativeSum(x.Shape.Axis("cumulative_sum", axis), reverse, exclusive), x.Contiguous());
}
