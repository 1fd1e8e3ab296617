namespace Adjoint.Kernels;

/// <summary>How much of itself an average keeps at each step, as a kernel's argument: the constant, or (1 - 1/k)^(constant + 1) at its step k.</summary>
/// <param name="kind">The law.</param>
/// <param name="constant">The share kept, or the exponent less one.</param>
public readonly struct AverageLaw(int kind, double constant)
{
    /// <summary>Kind of no average.</summary>
    public const int None = 0;

    /// <summary>Kind that keeps the constant.</summary>
    public const int Exponential = 1;

    /// <summary>Kind that keeps the power.</summary>
    public const int Power = 2;

    /// <summary>The law.</summary>
    public int Kind { get; } = kind;

    /// <summary>The share kept, or the exponent less one.</summary>
    public double Constant { get; } = constant;
}
