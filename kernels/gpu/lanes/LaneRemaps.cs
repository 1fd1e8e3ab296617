using System.Reflection;
using ILGPU.Frontend.Intrinsic;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Tells ILGPU's front end which methods stand for the members of scalar lanes and for the functions of <see cref="Math"/> that lane formulas may use, so that
/// the formulas of the CPU give the same bits on a GPU. The table is ILGPU's own and belongs to the process; it is filled once.
/// </summary>
static class LaneRemaps
{
    static readonly (string Member, string Replacement)[] Members =
    [
        ("op_Addition", nameof(LaneMembers32.Add)),
        ("op_Subtraction", nameof(LaneMembers32.Subtract)),
        ("op_Multiply", nameof(LaneMembers32.Multiply)),
        ("op_Division", nameof(LaneMembers32.Divide)),
        ("op_UnaryNegation", nameof(LaneMembers32.Negate)),
        (nameof(Scalar32.Abs), nameof(LaneMembers32.Abs)),
        (nameof(Scalar32.Min), nameof(LaneMembers32.Min)),
        (nameof(Scalar32.Max), nameof(LaneMembers32.Max)),
        (nameof(Scalar32.IfLess), nameof(LaneMembers32.IfLess)),
        (nameof(Scalar32.IfLessOrEqual), nameof(LaneMembers32.IfLessOrEqual)),
        (nameof(Scalar32.IfEqual), nameof(LaneMembers32.IfEqual)),
        (nameof(Scalar32.Sqrt), nameof(LaneMembers32.Sqrt)),
        (nameof(Scalar32.MultiplyAdd), nameof(LaneMembers32.MultiplyAdd)),
        (nameof(Scalar32.Floor), nameof(LaneMembers32.Floor)),
        (nameof(Scalar32.Round), nameof(LaneMembers32.Round)),
        (nameof(Scalar32.CopySign), nameof(LaneMembers32.CopySign)),
        (nameof(Scalar32.PowerOfTwo), nameof(LaneMembers32.PowerOfTwo)),
        (nameof(Scalar32.AddExponent), nameof(LaneMembers32.AddExponent)),
        (nameof(Scalar32.Split), nameof(LaneMembers32.Split)),
    ];

    static readonly (string Function, string Replacement)[] Functions =
    [
        (nameof(Math.Abs), nameof(Float32.Abs)),
        (nameof(Math.Min), nameof(Float32.Min)),
        (nameof(Math.Max), nameof(Float32.Max)),
        (nameof(Math.Sqrt), nameof(Float32.Sqrt)),
        (nameof(Math.FusedMultiplyAdd), nameof(Float32.MultiplyAdd)),
        (nameof(Math.Floor), nameof(Float32.Floor)),
        (nameof(Math.Round), nameof(Float32.Round)),
        (nameof(Math.CopySign), nameof(Float32.CopySign)),
    ];

    static readonly Lazy<bool> Installed = new(Fill);

    /// <summary>Fills ILGPU's table, at the first call.</summary>
    public static void Install() => _ = Installed.Value;

    static bool Fill()
    {
        foreach (var (member, replacement) in Members)
        {
            Remap(typeof(Scalar32).GetMethod(member)!, typeof(LaneMembers32).GetMethod(replacement)!);
            Remap(typeof(Scalar64).GetMethod(member)!, typeof(LaneMembers64).GetMethod(replacement)!);
        }

        foreach (var (function, replacement) in Functions)
        {
            Function(typeof(MathF), typeof(float), function, typeof(Float32).GetMethod(replacement)!);
            Function(typeof(Math), typeof(double), function, typeof(Float64).GetMethod(replacement)!);
        }

        Function(typeof(Math), typeof(double), nameof(Math.Sin), typeof(HugeAngles).GetMethod(nameof(HugeAngles.Sin))!);
        Function(typeof(Math), typeof(double), nameof(Math.Cos), typeof(HugeAngles).GetMethod(nameof(HugeAngles.Cos))!);
        return true;
    }

    static void Function(Type holder, Type number, string name, MethodInfo replacement)
    {
        var parameters = new Type[replacement.GetParameters().Length];
        Array.Fill(parameters, number);
        Remap(holder.GetMethod(name, parameters)!, replacement);
    }

    static void Remap(MethodInfo method, MethodInfo replacement) =>
        RemappedIntrinsics.AddRemapping(method, (ref ILGPU.Frontend.InvocationContext context) => context.Method = replacement);
}
