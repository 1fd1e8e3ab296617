using System.Reflection;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>What stands for the members of lanes on a GPU means the same: the simulator runs the lanes themselves, so this is compared here.</summary>
public sealed class LaneTests
{
    static readonly double[] Numbers =
    [
        0, -0.0, 1, -1, 0.5, 2.5, -2.5, 3.5, 1e-30, -1e30, 1e-40, 5e-324, double.PositiveInfinity, double.NegativeInfinity, double.NaN, .. SimulatedDevice.Numbers(20, 1, -60, 60),
    ];

    [Test]
    public void ReplacementsOfF32MembersGiveTheSameBits() =>
        Compare(typeof(LaneMembers32), typeof(Scalar32), x => new Scalar32((float)x), x => BitConverter.SingleToInt32Bits(((Scalar32)x).Value), x => float.IsNaN(((Scalar32)x).Value));

    [Test]
    public void ReplacementsOfF64MembersGiveTheSameBits() =>
        Compare(typeof(LaneMembers64), typeof(Scalar64), x => new Scalar64(x), x => BitConverter.DoubleToInt64Bits(((Scalar64)x).Value), x => double.IsNaN(((Scalar64)x).Value));

    static void Compare(Type replacements, Type lane, Func<double, object> make, Func<object, long> bits, Func<object, bool> isNaN)
    {
        var random = new Random(3);
        Dictionary<string, string> operators = new()
        {
            ["Add"] = "op_Addition", ["Subtract"] = "op_Subtraction", ["Multiply"] = "op_Multiply", ["Divide"] = "op_Division", ["Negate"] = "op_UnaryNegation",
        };
        foreach (MethodInfo replacement in replacements.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        {
            MethodInfo member = lane.GetMethod(operators.GetValueOrDefault(replacement.Name, replacement.Name))!;
            for (int i = 0; i < 400; i++)
            {
                object[] arguments = [.. replacement.GetParameters().Select(_ => make(Numbers[random.Next(Numbers.Length)]))];
                if (replacement.Name is "PowerOfTwo") arguments = [make(random.Next(-126, 127))];
                if (replacement.Name is "Split") arguments[0] = make(1e-3 + random.NextDouble());
                object?[] first = [.. arguments], second = [.. arguments];
                object expected = member.Invoke(null, first)!, result = replacement.Invoke(null, second)!;
                string call = $"{replacement.Name}({string.Join(", ", arguments.Select(x => x.GetType().GetProperty("Value")!.GetValue(x)))})";
                Assert.That(isNaN(result), Is.EqualTo(isNaN(expected)), call);
                if (!isNaN(expected)) Assert.That(bits(result), Is.EqualTo(bits(expected)), call);
                if (replacement.Name is "Split") Assert.That(bits(second[1]!), Is.EqualTo(bits(first[1]!)), call);
            }
        }
    }

    [Test]
    public void HugeAngles()
    {
        var random = new Random(5);
        double[] angles = [131072, 1e5 * Math.PI * 1e3, 1e22, 6381956970095103.0 * Math.Pow(2, 797), double.MaxValue, .. Enumerable.Range(0, 2000).Select(_ => Math.Pow(2, 17 + (1006 * random.NextDouble())))];
        foreach (double angle in angles)
        {
            foreach (double x in new[] { angle, -angle })
            {
                Assert.That(Gpu(x, sine: true), Is.EqualTo(Math.Sin(x)).Within(3e-16), $"sin {x:R}");
                Assert.That(Gpu(x, sine: false), Is.EqualTo(Math.Cos(x)).Within(3e-16), $"cos {x:R}");
            }
        }

        Assert.That(Gpu(double.PositiveInfinity, true), Is.NaN);
        Assert.That(Gpu(double.NegativeInfinity, false), Is.NaN);
    }

    static double Gpu(double x, bool sine) => sine ? Adjoint.Kernels.Gpu.HugeAngles.Sin(x) : Adjoint.Kernels.Gpu.HugeAngles.Cos(x);

    [Test]
    public void IntrinsicsSayWhatTheyAre()
    {
        foreach (MethodInfo method in IntrinsicTable.Methods)
        {
            string text = method.GetCustomAttribute<PtxAttribute>()!.Text;
            Assert.That(text, Does.EndWith(";").Or.EndWith("}").Or.EndWith(";)"), method.Name);
            Assert.That(text.Contains("$r", StringComparison.Ordinal), Is.EqualTo(method.ReturnType != typeof(void)), method.Name);
            for (int i = 0; i < method.GetParameters().Length; i++) Assert.That(text, Does.Contain($"${i}"), $"{method.Name}: argument {i} is not used");
        }
    }
}
