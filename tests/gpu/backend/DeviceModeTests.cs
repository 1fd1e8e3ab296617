using Adjoint.Tests.Ops;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Mode device: every case of the table of ops, with its gradient where it has one, gives on the simulator what it gives on the CPU, eager and as a plan.</summary>
[TestFixture]
[NonParallelizable]
public sealed class DeviceModeTests
{
    // Sums are taken in another order than on the CPU; the rest is equal to the bit.
    const double Tolerance32 = 1e-5, Tolerance64 = 1e-13;

    // Every case in one type, and the first two of each op in every type: what a simulated launch costs is making the kernel.
    static IEnumerable<TestCaseData> Cases => OpCases.Small.GroupBy(static one => one.Op).SelectMany(static cases => cases.SelectMany(
        static (one, i) => one.Types.Take(i < 2 ? one.Types.Count : 1).Select(type => new TestCaseData(one, type).SetArgDisplayNames($"{one} {type.Name()}"))));

    [TestCaseSource(nameof(Cases))]
    public void A_case_gives_on_the_simulator_what_it_gives_on_the_cpu(OpCase one, DType type)
    {
        double tolerance = type == DType.F32 ? Tolerance32 : Tolerance64;
        Values[] first = one.Draw(type), second = one.Draw(type, variant: 1);
        double[][] expected = Read(one.Step(one.Own(first, type))), changed = Read(one.Step(one.Own(second, type)));
        using var _ = SimulatorBackend.Use();
        Tensor[] own = one.Own(first, type);
        Tensor[] eager = one.Step(own);
        Assert.That(eager[0].Device, Is.EqualTo(SimulatorBackend.Device));
        Same(Read(eager), expected, tolerance, $"eager, seed {one.Seed}");
        Plan plan = Plan.Record(() => one.Step(own));
        Same(Read(plan.Outputs), expected, tolerance, $"recording, seed {one.Seed}");
        Tensor[] fresh = one.Own(second, type);
        for (int i = 0; i < own.Length; i++) fresh[i].CopyInto(own[i]);
        plan.Run();
        Same(Read(plan.Outputs), changed, tolerance, $"replay with other inputs, seed {one.Seed}");
    }

    static double[][] Read(ReadOnlySpan<Tensor> tensors)
    {
        var numbers = new double[tensors.Length][];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = OpCase.Read(tensors[i]);
        return numbers;
    }

    static void Same(double[][] actual, double[][] expected, double tolerance, string when)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length), when);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.That(actual[i], Has.Length.EqualTo(expected[i].Length), when);
            for (int j = 0; j < actual[i].Length; j++)
            {
                double x = actual[i][j], y = expected[i][j];
                bool same = x.Equals(y) || Math.Abs(x - y) <= tolerance * Math.Max(1, Math.Abs(y));
                Assert.That(same, Is.True, () => $"{when}: output {i} has {x:R} at {j}, the CPU {y:R}");
            }
        }
    }
}
