namespace Adjoint.Tests.Ops;

/// <summary>What a unary op computes, in plain C#.</summary>
/// <param name="Name">Name of the op in the table.</param>
/// <param name="F">Its meaning.</param>
/// <param name="Operator">The operator struct with settings other than its default; null for ops without settings.</param>
public sealed record UnaryReference(string Name, Func<double, double> F, object? Operator = null)
{
    /// <summary>Distance of an argument to the next point where the op or its derivative jumps.</summary>
    public Func<double, double>? DistanceToKink { get; init; }

    /// <summary>Error that the plain form or the recurrences of the op leave in f64.</summary>
    public double Tolerance64 { get; init; } = 4e-15;

    /// <summary>Whether NaN, infinities and zeros are compared as well.</summary>
    public bool ChecksSpecials { get; init; } = true;
}

/// <summary>What a binary op computes, in plain C#.</summary>
public sealed record BinaryReference(string Name, Func<double, double, double> F)
{
    /// <summary>Whether the op jumps where its operands are equal.</summary>
    public bool HasKink { get; init; }
}

/// <summary>The plain forms of all pointwise ops, found by the name in the op table.</summary>
static class PointwiseReferences
{
    static readonly Func<double, double> atZero = Math.Abs;

    public static IReadOnlyList<UnaryReference> Unary { get; } =
    [
        new("affine", x => (2.5 * x) - 0.75, new Affine(2.5, -0.75)),
        new("affine", x => x, new Affine(1, 0)),
        new("negate", x => -x),
        new("reciprocal", x => 1 / x),
        new("square", x => x * x),
        new("power", x => Math.Pow(x, 2.5), new Power(2.5)),
        new("power", x => Math.Pow(x, -1.5), new Power(-1.5)),
        new("power", x => x * x * x, new Power(3)),
        new("power", _ => 1, new Power(0)),
        new("sqrt", Math.Sqrt),
        new("rsqrt", x => 1 / Math.Sqrt(x)),
        new("exp", Math.Exp),
        new("expm1", SpecialFunctions.Expm1),
        new("log", Math.Log),
        new("log1p", SpecialFunctions.Log1P),
        new("sin", Math.Sin),
        new("cos", Math.Cos),
        new("asin", Math.Asin),
        new("acos", Math.Acos),
        new("atan", Math.Atan),
        new("sinh", Math.Sinh),
        new("cosh", Math.Cosh),
        new("tanh", Math.Tanh),
        new("sigmoid", SpecialFunctions.Sigmoid),
        new("softplus", SpecialFunctions.Softplus),
        new("relu", x => Math.Max(x, 0)) { DistanceToKink = atZero },
        new("leaky_relu", x => x > 0 ? x : 0.2 * x, new LeakyRelu(0.2)) { DistanceToKink = atZero },
        new("elu", x => x > 0 ? x : 0.7 * SpecialFunctions.Expm1(x), new Elu(0.7)) { DistanceToKink = atZero },
        new("selu", x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * SpecialFunctions.Expm1(x))) { DistanceToKink = atZero },
        new("elu_slope", y => y > 0 ? 1.5 : y + 0.7, new EluSlope(1.5, 0.7)) { DistanceToKink = atZero },
        new("silu", x => x * SpecialFunctions.Sigmoid(x)),
        new("gelu", x => x * SpecialFunctions.NormalCdf(x)),
        new("gelu_tanh", x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))),
        new("erf", SpecialFunctions.Erf),
        new("erfc", SpecialFunctions.Erfc),
        new("erfcx", x => Math.Exp(x * x) * SpecialFunctions.Erfc(x)) { Tolerance64 = 1e-14, ChecksSpecials = false },
        new("normal_cdf", SpecialFunctions.NormalCdf),
        new("log_normal_cdf", SpecialFunctions.LogNormalCdf),
        new("lgamma", SpecialFunctions.LogGamma) { Tolerance64 = 2e-13 },
        new("polygamma", x => SpecialFunctions.Polygamma(0, x), new Polygamma(0)) { Tolerance64 = 4e-14, ChecksSpecials = false },
        new("polygamma", x => SpecialFunctions.Polygamma(1, x), new Polygamma(1)) { Tolerance64 = 4e-14, ChecksSpecials = false },
        new("polygamma", x => SpecialFunctions.Polygamma(3, x), new Polygamma(3)) { Tolerance64 = 4e-14, ChecksSpecials = false },
        new("clamp", x => Math.Min(Math.Max(x, -1), 0.5), new Clamp(-1, 0.5)) { DistanceToKink = x => Math.Min(Math.Abs(x + 1), Math.Abs(x - 0.5)) },
        new("abs", Math.Abs) { DistanceToKink = atZero },
        new("sign", x => double.IsNaN(x) ? x : Math.Sign(x)) { DistanceToKink = atZero },
        new("heaviside", x => double.IsNaN(x) ? x : x > 0 ? 1 : 0) { DistanceToKink = atZero },
        new("floor", Math.Floor) { DistanceToKink = x => Math.Abs(x - Math.Round(x)) },
        new("round", x => Math.Round(x, MidpointRounding.ToEven)) { DistanceToKink = x => 0.5 - Math.Abs(x - Math.Round(x)) },
    ];

    public static IReadOnlyList<BinaryReference> Binary { get; } =
    [
        new("add", (x, y) => x + y),
        new("subtract", (x, y) => x - y),
        new("multiply", (x, y) => x * y),
        new("divide", (x, y) => x / y),
        new("pow", Math.Pow),
        new("maximum", Math.Max) { HasKink = true },
        new("minimum", Math.Min) { HasKink = true },
    ];

    /// <summary>The op of a table line, made with the reference's operator or its only one.</summary>
    public static Op Make(OpEntry entry, object? settings) =>
        (Op)Activator.CreateInstance(entry.Type, settings ?? Activator.CreateInstance(entry.Type.GetGenericArguments()[0])!)!;

    public static bool IsUnary(OpEntry entry) => entry.Type.IsGenericType && entry.Type.GetGenericTypeDefinition() == typeof(Unary<>);

    public static bool IsBinary(OpEntry entry) => entry.Type.IsGenericType && entry.Type.GetGenericTypeDefinition() == typeof(Binary<>);
}
