using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Loops of any length hold flat memory.</summary>
[TestFixture]
[NonParallelizable]
public sealed class MemoryTests
{
    const long Megabyte = 1 << 20;

    static (Tensor X, Tensor W) Data => (Tensor.From([.. Enumerable.Range(0, 512).Select(i => MathF.Sin(i))], [32, 16]), Tensor.Full([16, 16], 0.05));

    static void Update(Tensor x, Tensor w)
    {
        Tensor variable = w.Variable();
        Tensor loss = x.MatMul(variable).Tanh().Square().Mean();
        (w - Autodiff.Gradient(loss, variable) * 0.01).CopyInto(w);
    }

    [Test]
    public void Twenty_thousand_eager_steps_hold_flat_memory()
    {
        var (x, w) = Data;
        void Loop(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                using var step = Step.Begin();
                Update(x, w);
            }
        }

        Holds(Loop, 4_000, 20_000);
    }

    [Test]
    public void Fifty_thousand_replays_hold_flat_memory()
    {
        var (x, w) = Data;
        Plan plan = Plan.Record(() => Update(x, w));
        void Loop(int steps)
        {
            for (int i = 0; i < steps; i++) plan.Run();
        }

        Holds(Loop, 2_000, 50_000);
        Assert.That(w.Read<float>(), Has.None.NaN);
    }

    // The runtime grows its pools for a while and other processes press on memory: the smallest of three growths is the loop's own.
    static void Holds(Action<int> loop, int warmUp, int steps)
    {
        loop(warmUp);
        long heap = long.MaxValue, resident = long.MaxValue;
        for (int attempt = 0; attempt < 3 && (heap > Megabyte || resident > Megabyte); attempt++)
        {
            var (heapBefore, residentBefore) = Settled();
            loop(steps);
            var (heapAfter, residentAfter) = Settled();
            heap = Math.Min(heap, heapAfter - heapBefore);
            resident = Math.Min(resident, residentAfter - residentBefore);
        }

        Assert.That(heap, Is.LessThan(Megabyte), "growth of the managed heap in bytes");
        Assert.That(resident, Is.LessThan(Megabyte), "growth of the working set in bytes");
    }

    static (long Heap, long Resident) Settled()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return (GC.GetTotalMemory(true), Environment.WorkingSet);
    }
}
