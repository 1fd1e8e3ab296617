using System.Runtime.CompilerServices;
using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

[TestFixture]
[NonParallelizable]
public unsafe class WorkersTests
{
    int threads;
    double distance;

    [SetUp]
    public void RememberThreads()
    {
        threads = Workers.Threads;
        distance = CoreDistance.Scale;
        CoreDistance.Scale = 1;
    }

    [TearDown]
    public void RestoreThreads()
    {
        Workers.Threads = threads;
        CoreDistance.Scale = distance;
    }

    readonly struct Increment(int* cells) : IRangeBody
    {
        public void Run(int start, int end)
        {
            for (var i = start; i < end; i++) cells[i]++;
        }
    }

    readonly struct Nested(int* cells, int width) : IRangeBody
    {
        public void Run(int start, int end)
        {
            for (var i = start; i < end; i++) Workers.For(width, 1, new Increment(cells + (i * width)));
        }
    }

    readonly struct Failing(int* cells, int at) : IRangeBody
    {
        public void Run(int start, int end)
        {
            for (var i = start; i < end; i++) cells[i]++;
            if (start <= at && at < end) throw new InvalidOperationException("index " + at);
        }
    }

    readonly struct ThreadMarks(int* cells) : IRangeBody
    {
        public void Run(int start, int end)
        {
            for (var i = start; i < end; i++) cells[i] = Environment.CurrentManagedThreadId;
        }
    }

    readonly struct SleepingMarks(int* cells) : IRangeBody
    {
        public void Run(int start, int end)
        {
            Thread.Sleep(1);
            for (var i = start; i < end; i++) cells[i] = Environment.CurrentManagedThreadId;
        }
    }

    readonly struct PieceStarts(int* cells) : IRangeBody
    {
        public void Run(int start, int end) => cells[start]++;
    }

    readonly struct Meeting(CountdownEvent arrivals, int* met) : IRangeBody
    {
        public void Run(int start, int end)
        {
            // The first two ranges to begin wait for each other: that ends only if two threads are inside at once.
            if (!arrivals.IsSet) arrivals.Signal();
            if (arrivals.Wait(TimeSpan.FromSeconds(20))) Interlocked.Increment(ref *met);
        }
    }

    [Test]
    public void For_visits_every_index_once([Values(1, 2, 3, 7)] int count, [Values(1, 2, 5)] int threadCount, [Values(0, 1, 3)] int minimum)
    {
        Workers.Threads = threadCount;
        foreach (var size in new[] { count, count * 100, (count * 1000) + 1 })
        {
            var cells = new int[size];
            fixed (int* p = cells) Workers.For(size, minimum, new Increment(p));
            Assert.That(cells, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void For_of_nothing_runs_nothing([Values(0, -1)] int count) =>
        Assert.DoesNotThrow(() => Workers.For(count, 1, new Failing(null, count)));

    [Test]
    public void Many_short_loops_each_finish_before_they_return()
    {
        Workers.Threads = 3;
        var cells = new int[64];
        fixed (int* p = cells)
        {
            for (var loop = 1; loop <= 20_000; loop++)
            {
                Workers.For(cells.Length, 1, new Increment(p));
                if (p[loop % 64] != loop || p[63] != loop) Assert.Fail($"loop {loop} returned early");
            }
        }
        Assert.That(cells, Is.All.EqualTo(20_000));
    }

    [Test]
    public void Loops_work_again_after_the_workers_fell_asleep()
    {
        Workers.Threads = 2;
        var cells = new int[1000];
        fixed (int* p = cells)
        {
            for (var loop = 0; loop < 20; loop++)
            {
                Workers.For(cells.Length, 1, new Increment(p));
                Thread.Sleep(2);
            }
        }
        Assert.That(cells, Is.All.EqualTo(20));
    }

    [Test]
    public void Each_thread_gets_as_many_pieces([Values(2, 3, 4)] int threadCount, [Range(2, 17)] int shares)
    {
        Workers.Threads = threadCount;
        var cells = new int[1000];
        fixed (int* p = cells) Workers.ForShares(cells.Length, shares, isLong: true, new PieceStarts(p));
        Assert.That(cells.Sum() % Math.Min(threadCount, shares), Is.Zero);
    }

    [Test]
    public void Two_threads_are_inside_a_loop_at_once()
    {
        Workers.Threads = 2;
        using var arrivals = new CountdownEvent(2);
        var met = 0;
        // Long enough to wake a pool that sleeps.
        Workers.For(1000, 1, new Meeting(arrivals, &met));
        Assert.That(met, Is.GreaterThan(1), "one range alone would have waited in vain");
    }

    [Test]
    public void A_loop_below_twice_the_minimum_stays_on_the_calling_thread()
    {
        Workers.Threads = 4;
        var cells = new int[99];
        fixed (int* p = cells) Workers.For(cells.Length, 50, new ThreadMarks(p));
        Assert.That(cells, Is.All.EqualTo(Environment.CurrentManagedThreadId));
    }

    [Test]
    public void Where_cores_are_far_from_each_other_shares_are_larger()
    {
        Workers.Threads = 2;
        CoreDistance.Scale = 3;
        var cells = new int[299];
        fixed (int* p = cells) Workers.For(cells.Length, 50, new ThreadMarks(p));
        Assert.That(cells, Is.All.EqualTo(Environment.CurrentManagedThreadId), "299 are fewer than two shares of 3 x 50");
        using var arrivals = new CountdownEvent(2);
        var met = 0;
        Workers.For(20_000, 50, new Meeting(arrivals, &met));
        Assert.That(met, Is.GreaterThan(1));
    }

    [Test]
    public void The_distance_is_measured_once_and_is_a_factor()
    {
        CoreDistance.Scale = 0;
        var first = CoreDistance.Scale;
        Assert.That(first, Is.InRange(1, 16));
        Assert.That(CoreDistance.Scale, Is.EqualTo(first));
    }

    [Test]
    public void One_thread_means_the_calling_thread()
    {
        Workers.Threads = 1;
        var cells = new int[10_000];
        fixed (int* p = cells) Workers.For(cells.Length, 1, new ThreadMarks(p));
        Assert.That(cells, Is.All.EqualTo(Environment.CurrentManagedThreadId));
    }

    [Test]
    public void Threads_is_clamped_to_what_the_pool_can_hold()
    {
        Workers.Threads = 0;
        Assert.That(Workers.Threads, Is.EqualTo(1));
        Workers.Threads = int.MaxValue;
        Assert.That(Workers.Threads, Is.EqualTo(256));
    }

    [Test]
    public void Short_loops_that_find_the_pool_asleep_wake_it_in_the_end()
    {
        Workers.Threads = 2;
        var cells = new int[8];
        var others = 0;
        fixed (int* p = cells)
        {
            Workers.For(cells.Length, 1, new ThreadMarks(p));
            Thread.Sleep(20);
            // A piece that sleeps lets the woken worker come; loops that ran serially would stay with this thread for ever.
            for (var loop = 0; loop < 200 && others == 0; loop++)
            {
                Workers.For(cells.Length, 1, new SleepingMarks(p));
                others = cells.Count(thread => thread != Environment.CurrentManagedThreadId);
            }
        }
        Assert.That(others, Is.GreaterThan(0));
    }

    [Test]
    public void Nested_loops_finish_and_visit_every_index_once()
    {
        Workers.Threads = 3;
        var cells = new int[50 * 40];
        fixed (int* p = cells) Workers.For(50, 1, new Nested(p, 40));
        Assert.That(cells, Is.All.EqualTo(1));
    }

    [Test]
    public void An_exception_in_any_range_reaches_the_caller_and_the_pool_goes_on([Values(0, 500, 999)] int at)
    {
        Workers.Threads = 2;
        var cells = new int[1000];
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            fixed (int* p = cells) Workers.For(cells.Length, 1, new Failing(p, at));
        });
        Assert.That(error!.Message, Is.EqualTo("index " + at));
        Assert.That(cells, Is.All.EqualTo(1), "every range has ended when the exception arrives");

        fixed (int* p = cells) Workers.For(cells.Length, 1, new Increment(p));
        Assert.That(cells, Is.All.EqualTo(2));
    }

    [Test]
    public void Loops_from_several_user_threads_do_not_disturb_each_other()
    {
        Workers.Threads = 2;
        var wrong = 0;
        var users = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            var cells = new int[257];
            fixed (int* p = cells)
                for (var loop = 0; loop < 2000; loop++) Workers.For(cells.Length, 1, new Increment(p));
            if (cells.Any(cell => cell != 2000)) Interlocked.Increment(ref wrong);
        })).ToArray();
        foreach (var user in users) user.Start();
        foreach (var user in users) user.Join();
        Assert.That(wrong, Is.Zero);
    }

    [Test]
    public void A_loop_allocates_nothing()
    {
        Workers.Threads = 2;
        var cells = new int[4096];
        fixed (int* p = cells)
        {
            Repeat(p, 1000);

            // The test runner's own threads allocate now and then, a loop that allocates does so in every round.
            var least = long.MaxValue;
            for (var round = 0; round < 5; round++)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                Repeat(p, 1000);
                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            Assert.That(least, Is.LessThan(1000), "less than a byte a loop, on all threads together");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Repeat(int* cells, int loops)
    {
        for (var loop = 0; loop < loops; loop++) Workers.For(4096, 1, new Increment(cells));
    }

    [Test]
    public unsafe void Claimed_lines_keep_what_they_hold([Values(0, 1, 7)] int start, [Values(0, 1, 15, 16, 17, 300)] int count)
    {
        float[] numbers = [.. Enumerable.Range(0, 320).Select(static i => i * 1.25f)];
        float[] before = [.. numbers];
        fixed (float* x = numbers) CacheLines.Claim(x + start, count);
        Assert.That(numbers, Is.EqualTo(before));
    }
}
