namespace Adjoint.Tests;

static partial class TorchCases
{
    static Dictionary<string, Function> Binary => new()
    {
        ["add"] = x => x[0] + x[1],
        ["add_broadcast"] = x => x[0] + x[1],
        ["subtract"] = x => x[0] - x[1],
        ["multiply"] = x => x[0] * x[1],
        ["multiply_broadcast"] = x => x[0] * x[1],
        ["multiply_scalar"] = x => x[0] * x[1],
        ["multiply_transposed"] = x => x[0].Transpose() * x[1],
        ["multiply_strided"] = x => x[0].Slice(0, 0, step: 2).Slice(1, 1, step: 2) * x[1],
        ["divide"] = x => x[0] / x[1],
        ["divide_broadcast"] = x => x[0] / x[1],
        ["pow"] = x => x[0].Pow(x[1]),
        ["pow_zero_base"] = x => x[0].Pow(x[1]),
        ["pow_negative_base"] = x => x[0].Pow(x[1].Detach()),
        ["maximum"] = x => x[0].Maximum(x[1]),
        ["maximum_broadcast"] = x => x[0].Maximum(x[1]),
        ["minimum"] = x => x[0].Minimum(x[1]),
        ["equal"] = x => x[0].Equal(x[1]),
        ["not_equal"] = x => x[0].NotEqual(x[1]),
        ["less"] = x => x[0].Less(x[1]),
        ["less_or_equal"] = x => x[0].LessOrEqual(x[1]),
        ["greater"] = x => x[0].Greater(x[1]),
        ["greater_or_equal"] = x => x[0].GreaterOrEqual(x[1]),
        ["and"] = x => x[0].And(x[1]),
        ["or"] = x => x[0].Or(x[1]),
        ["xor"] = x => x[0].Xor(x[1]),
        ["not"] = x => x[0].Not(),
        ["where"] = x => TensorMath.Where(x[0], x[1], x[2]),
        ["where_compare"] = x => TensorMath.Where(x[0].Greater(x[1]), x[0] * x[1], x[1] * x[1]),
        ["shared"] = x => (x[0] * x[0].Sum(0)).Tanh() + (x[0].Exp() * x[0]),
        ["mean_squared_error"] = x => (x[0] - x[1]).Square().Mean(),
        ["binary_cross_entropy"] = x => (x[0].Softplus() - (x[0] * x[1])).Mean(),
    };
}
