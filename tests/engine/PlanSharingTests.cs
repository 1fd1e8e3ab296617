using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Which way of sharing a plan settles on, against a clock that the calls set.</summary>
[NonParallelizable]
sealed class PlanSharingTests
{
    int threads;

    [SetUp]
    public void TwoThreads()
    {
        threads = Workers.Threads;
        Workers.Threads = 2;
    }

    [TearDown]
    public void ThreadsAsBefore() => Workers.Threads = threads;

    [TestCase(1, 2, 3, 4, 0.25)]
    [TestCase(2, 1, 3, 4, 1)]
    [TestCase(3, 3, 2, 4, 4)]
    [TestCase(3, 3, 2, 1, CoreDistance.Alone)]
    public void TheFastestWayStays(double nearest, double near, double far, double alone, double scale)
    {
        var call = new TimedCall(nearest, near, far, alone);
        PlanSharing sharing = AfterRuns(200, call);
        Assert.That(sharing.ScaleOf(0), Is.EqualTo(scale));
        Assert.That(call.Ways.TakeLast(100), Is.All.EqualTo(scale));
        Assert.That(CoreDistance.Chosen, Is.Zero, "other loops go by the measured distance");
    }

    [Test]
    public void EachKernelMayHaveItsOwn()
    {
        TimedCall first = new(1, 2, 3, 4), second = new(4, 3, 2, 1);
        PlanSharing sharing = AfterRuns(200, first, second);
        Assert.That((sharing.ScaleOf(0), sharing.ScaleOf(1)), Is.EqualTo((0.25, CoreDistance.Alone)));
        Assert.That((first.Ways[^1], second.Ways[^1]), Is.EqualTo((0.25, CoreDistance.Alone)));
    }

    [Test]
    public void ItChangesWhenAnotherWayBecomesFastest()
    {
        var call = new TimedCall(2, 1, 2, 3);
        PlanSharing sharing = AfterRuns(200, call);
        Assert.That(sharing.ScaleOf(0), Is.EqualTo(1));
        call.Milliseconds = way => way == CoreDistance.Alone ? 1 : 2;
        for (int i = 0; i < 20_000; i++) sharing.Run([call]);
        Assert.That(sharing.ScaleOf(0), Is.EqualTo(CoreDistance.Alone));
        Assert.That(call.Ways.Count(static way => way == 4), Is.LessThan(400), "trials are rare");
    }

    [Test]
    public void OneThreadTriesNothing()
    {
        Workers.Threads = 1;
        var call = new TimedCall(4, 3, 2, 1);
        AfterRuns(100, call);
        Assert.That(call.Ways, Is.All.Zero);
    }

    [Test]
    public void ALongPlanGoesByTheMeasuredDistance()
    {
        var call = new TimedCall(40, 30, 20, 10);
        AfterRuns(100, call);
        Assert.That(call.Ways, Is.All.Zero);
    }

    [Test]
    public void APlanWithoutLongLoopsEndsItsTrialAtOnce()
    {
        var call = new TimedCall(4, 3, 2, 1) { Shares = false };
        AfterRuns(100, call);
        Assert.That(call.Ways.Count(static way => way != 0), Is.EqualTo(7));
    }

    [Test]
    public void APlanHasTheSameBitsInEachWay()
    {
        // Products of 160^3 are shared where cores are near, and tried in every way within eighty replays, each kernel by itself too.
        var generator = new Generator(Key.FromSeed(11));
        Tensor a = generator.Normal([160, 160]), b = generator.Normal([160, 160]), sum = Tensor.Zeros([160, 160]);
        Tensor Step() => (a.MatMul(b) + sum).Tanh().MatMul(b);
        float[] expected = Step().Read<float>();
        Plan plan = Plan.Record(Step);
        for (int i = 0; i < 80; i++)
        {
            plan.Run();
            Assert.That(plan.Output.Read<float>(), Is.EqualTo(expected));
        }
    }

    static PlanSharing AfterRuns(int runs, params TimedCall[] calls)
    {
        var sharing = new PlanSharing(() => calls.Sum(static call => call.Now));
        for (int i = 0; i < runs; i++) sharing.Run(calls);
        return sharing;
    }

    sealed class TimedCall(double nearest, double near, double far, double alone) : PlannedCall
    {
        public List<double> Ways { get; } = [];

        public double Now { get; private set; }

        public bool Shares { get; init; } = true;

        public Func<double, double> Milliseconds { get; set; } = way => way switch
        {
            0.25 => nearest,
            0 or 1 => near,
            4 => far,
            _ => alone,
        };

        public override void Run()
        {
            double way = CoreDistance.Chosen;
            Ways.Add(way);
            if (Shares && way != CoreDistance.Alone) Workers.For(100, 10, default(Nothing));
            Now += 1e-3 * Milliseconds(way);
        }

        readonly struct Nothing : IRangeBody
        {
            public void Run(int start, int end)
            {
            }
        }
    }
}
