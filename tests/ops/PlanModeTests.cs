using NUnit.Framework;

namespace Adjoint.Tests.Ops;

/// <summary>Mode plan: a recorded case, with its gradient where it has one, replays to the bits of eager for new inputs too, for any number of threads, and without allocating.</summary>
[TestFixture]
[NonParallelizable]
public sealed class PlanModeTests
{
    static IEnumerable<TestCaseData> Cases => OpCases.All.SelectMany(one => one.Types.Select(type => new TestCaseData(one, type).SetArgDisplayNames($"{one} {type.Name()}")));

    [TestCaseSource(nameof(Cases))]
    public void A_replay_has_the_bits_of_eager_for_any_inputs_and_threads(OpCase one, DType type)
    {
        int threads = Settings.Threads;
        try
        {
            Settings.Threads = 1;
            Values[] first = one.Draw(type), second = one.Draw(type, variant: 1);
            long[][] eager = Run(one, one.Own(first, type)), changed = Run(one, one.Own(second, type));

            Tensor[] own = one.Own(first, type);
            Plan plan = Plan.Record(() => one.Step(own));
            Same(Bits(plan.Outputs), eager, "the recording itself");
            plan.Run();
            Same(Bits(plan.Outputs), eager, "replay");
            Tensor[] fresh = one.Own(second, type);
            for (int i = 0; i < own.Length; i++) Overwrite(own[i], fresh[i]);
            plan.Run();
            Same(Bits(plan.Outputs), changed, "replay with other inputs");
            Assert.That(Allocation.Of(plan.Run), Is.Zero, "bytes allocated by a replay");

            if (!one.IsLarge) return;
            foreach (int count in (int[])[2, 3])
            {
                Settings.Threads = count;
                Same(Run(one, one.Own(first, type)), eager, $"eager on {count} threads");
                plan.Run();
                Same(Bits(plan.Outputs), changed, $"replay on {count} threads");
            }
        }
        finally
        {
            Settings.Threads = threads;
        }
    }

    static void Same(long[][] actual, long[][] expected, string when)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length), when);
        for (int i = 0; i < actual.Length; i++)
            Assert.That(actual[i].AsSpan().SequenceEqual(expected[i]), Is.True, () => $"{when}: output {i} differs in {actual[i].Zip(expected[i]).Count(pair => pair.First != pair.Second)} of {expected[i].Length} places");
    }

    static long[][] Run(OpCase one, Tensor[] own) => Bits(one.Step(own));

    static long[][] Bits(ReadOnlySpan<Tensor> tensors)
    {
        var bits = new long[tensors.Length][];
        for (int i = 0; i < bits.Length; i++)
            bits[i] = Array.ConvertAll(OpCase.Read(tensors[i]), x => double.IsNaN(x) ? long.MinValue : BitConverter.DoubleToInt64Bits(x));
        return bits;
    }

    static void Overwrite(Tensor target, Tensor source)
    {
        switch (target.DType)
        {
            case DType.F32: target.Write<float>(source.Read<float>()); break;
            case DType.F64: target.Write<double>(source.Read<double>()); break;
            case DType.I32: target.Write<int>(source.Read<int>()); break;
            case DType.I64: target.Write<long>(source.Read<long>()); break;
            default: target.Write<bool>(source.Read<bool>()); break;
        }
    }
}
