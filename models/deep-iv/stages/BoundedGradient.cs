namespace Adjoint.Models.DeepIv;

/// <summary>The identity, which bounds every number of the gradient that passes back through it.</summary>
static class BoundedGradient
{
    /// <summary>x, whose gradient is cut to [-limit, limit].</summary>
    public static Tensor Of(Tensor x, double limit) =>
        Autodiff.Custom("bounded_gradient", static inputs => inputs[0], (_, _, cotangent) => [cotangent.Clamp(-limit, limit)], null, x);
}
