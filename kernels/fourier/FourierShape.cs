using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>What numbers a transform takes and gives.</summary>
public enum FourierKind
{
    /// <summary>n complex numbers to n complex numbers.</summary>
    Complex,

    /// <summary>n real numbers to the first n/2 + 1 complex numbers of their transform, whose others are conjugates.</summary>
    FromReal,

    /// <summary>Those back to n real numbers, by the inverse transform; imaginary parts that a transform of real numbers cannot have (at 0, and n/2 for even n) are not looked at.</summary>
    ToReal,
}

/// <summary>Transforms over lines, or over planes of lines. Complex numbers are pairs of neighbours.</summary>
/// <typeparam name="T">f32 or f64.</typeparam>
public readonly record struct FourierShape<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Numbers of a line, on the real side where there is one.</summary>
    public required int Length { get; init; }

    /// <summary>Lines of a plane.</summary>
    public int Height { get; init; }

    /// <summary>What goes in and comes out.</summary>
    public FourierKind Kind { get; init; }

    /// <summary>For complex numbers, whether turns go e^(+2πi jk/n).</summary>
    public bool IsInverse { get; init; }

    /// <summary>Factor of the numbers on the complex side that stand for two: all but those at 0, and at n/2 for even n. To real numbers, 2 is the inverse transform.</summary>
    public double Middle { get; init; }

    /// <summary>Factor of all results.</summary>
    public required double Scale { get; init; }

    /// <summary>Numbers of type T in a line that is read.</summary>
    public int LineIn => Kind == FourierKind.Complex ? 2 * Length : Kind == FourierKind.FromReal ? Length : 2 * Half;

    /// <summary>Numbers of type T in a line that is written.</summary>
    public int LineOut => Kind == FourierKind.Complex ? 2 * Length : Kind == FourierKind.FromReal ? 2 * Half : Length;

    /// <summary>Complex numbers that determine the transform of a line of real ones.</summary>
    public int Half => (Length / 2) + 1;

    /// <summary>Whether a line of real numbers goes as half as many complex ones.</summary>
    public bool GoesByHalves => Kind != FourierKind.Complex && Length % 2 == 0;

    /// <summary>The plan of a line.</summary>
    public FourierPlan<T> Plan => FourierPlan<T>.Of(GoesByHalves ? Length / 2 : Length);
}
