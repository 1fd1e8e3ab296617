using System.Collections.Concurrent;
using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// The arithmetic intrinsics as OpenCL C. <c>$0</c>, <c>$1</c> … are the arguments; <c>as_T</c> makes bits a number and <c>as_I</c> a number bits. What a warp does together has no form here.
/// </summary>
static class OpenClTable
{
    static readonly ConcurrentDictionary<MethodBase, string> Texts = new();

    // Single roots and quotients may be inexact in OpenCL; rounding those of doubles gives the same bits as one rounding.
    static readonly Dictionary<string, string> Single = new()
    {
        ["Divide"] = "convert_float_rte((double)$0 / (double)$1)",
        ["Sqrt"] = "convert_float_rte(sqrt((double)$0))",
        ["ToInt"] = "(isnan($0) ? 0 : convert_int_sat_rtz($0))",
        ["FromInt"] = "convert_float_rte($0)",
        ["Bits"] = "as_int($0)",
        ["FromBits"] = "as_float($0)",
        ["FastReciprocal"] = "(1.0f / $0)",
        ["FastPowerOfTwo"] = "exp2($0)",
    };

    static readonly Dictionary<string, string> Double = new()
    {
        ["Divide"] = "($0 / $1)",
        ["Sqrt"] = "sqrt($0)",
        ["ToInt"] = "(isnan($0) ? 0 : convert_long_sat_rtz($0))",
        ["ToInt32"] = "(isnan($0) ? 0 : convert_int_sat_rtz($0))",
        ["FromInt"] = "convert_double_rte($0)",
        ["Bits"] = "as_long($0)",
        ["FromBits"] = "as_double($0)",
    };

    // X as bf16, halves to even.
    const string Bf16 = "(isnan(X) ? 0x7FFFu : (as_uint(X) + 0x7FFFu + ((as_uint(X) >> 16) & 1u)) >> 16)";

    static readonly Dictionary<string, string> Both = new()
    {
        ["Add"] = "($0 + $1)",
        ["Subtract"] = "($0 - $1)",
        ["Multiply"] = "($0 * $1)",
        ["Negate"] = "(-$0)",
        ["Abs"] = "fabs($0)",
        ["Min"] = "((isnan($0) || isnan($1)) ? $0 + $1 : $0 < $1 ? $0 : $1 < $0 ? $1 : as_T(as_I($0) | as_I($1)))",
        ["Max"] = "((isnan($0) || isnan($1)) ? $0 + $1 : $0 > $1 ? $0 : $1 > $0 ? $1 : as_T(as_I($0) & as_I($1)))",
        ["IfLess"] = "($0 < $1 ? $2 : $3)",
        ["IfLessOrEqual"] = "($0 <= $1 ? $2 : $3)",
        ["IfEqual"] = "($0 == $1 ? $2 : $3)",
        ["MultiplyAdd"] = "fma($0, $1, $2)",
        ["Floor"] = "floor($0)",
        ["Round"] = "rint($0)",
        ["CopySign"] = "copysign($0, $1)",
    };

    /// <summary>Registers the intrinsics that have a form with a context that is being built.</summary>
    public static void Register(Context.Builder builder)
    {
        MethodInfo handler = typeof(OpenClTable).GetMethod(nameof(Emit), BindingFlags.Static | BindingFlags.NonPublic)!;
        var manager = builder.GetIntrinsicManager();
        foreach (MethodInfo method in IntrinsicTable.Methods)
        {
            string? text = TextOf(method);
            if (text is null) continue;
            Texts[method] = text;
            manager.RegisterMethod(method, new CLIntrinsic(handler, IntrinsicImplementationMode.GenerateCode));
        }
    }

    /// <summary>The form of an intrinsic; null if it has none.</summary>
    public static string? TextOf(MethodInfo method)
    {
        if (method.DeclaringType == typeof(Words)) return "mul_hi($0, $1)";
        if (method.Name == nameof(MatrixUnits.ToBf16Pair)) return $"({Bf16.Replace("X", "$0", StringComparison.Ordinal)} | ({Bf16.Replace("X", "$1", StringComparison.Ordinal)} << 16))";
        bool isSingle = method.DeclaringType == typeof(Float32);
        if (!isSingle && method.DeclaringType != typeof(Float64)) return null;
        if ((isSingle ? Single : Double).TryGetValue(method.Name, out string? text)) return text;
        return Both.GetValueOrDefault(method.Name)?.Replace("as_T", isSingle ? "as_float" : "as_double", StringComparison.Ordinal).Replace("as_I", isSingle ? "as_int" : "as_long", StringComparison.Ordinal);
    }

    // Called by ILGPU for each call of an intrinsic.
    static void Emit(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        string text = Texts[call.Target.Source!];
        ParameterInfo[] parameters = call.Target.Source!.GetParameters();
        var operands = Enumerable.Range(0, call.Count).Select(place => generator.Load(call[place])).ToArray();
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(generator.Allocate(value));
        int end = 0;
        for (int dollar = text.IndexOf('$'); dollar >= 0; dollar = text.IndexOf('$', end))
        {
            // Constants come as literals, of doubles perhaps without a point: 1 / 3 would be one of integers.
            int place = text[dollar + 1] - '0';
            statement.AppendCommand(string.Concat(text.AsSpan(end, dollar - end), "((", TypeOf(parameters[place]), ")"));
            statement.Append(operands[place]);
            statement.AppendCommand(")");
            end = dollar + 2;
        }

        statement.AppendCommand(text[end..]);
    }

    static string TypeOf(ParameterInfo parameter) => KernelReference.Label(parameter.ParameterType) switch
    {
        "f32" => "float",
        "f64" => "double",
        "i64" => "long",
        "u64" => "ulong",
        "i32" => "int",
        _ => "uint",
    };
}
