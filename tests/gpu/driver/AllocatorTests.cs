using Adjoint.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu.Driver;

/// <summary>The caching allocator against a model, over memory that is only counted.</summary>
public sealed class AllocatorTests
{
    const long Slice = 256, MiB = 1 << 20;

    [Test]
    public void RandomAllocationsNeverOverlapAndMergeBackIntoWholeSegments([Range(1, 6)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var memory = new CountedMemory(limit: 1L << 40);
        var allocator = new CachingAllocator(memory);
        var used = new SortedList<ulong, long>();
        long peak = 0;
        for (int step = 0; step < 6000; step++)
        {
            if (used.Count == 0 || random.Next(100) < (step / 1000 % 2 == 0 ? 60 : 40))
            {
                long bytes = random.Next(10) switch { < 6 => random.Next(0, 5000), < 8 => random.Next(1, 3 << 20), _ => random.NextInt64(1, 40 * MiB) };
                ulong address = allocator.Allocate(bytes);
                Assert.That(address % 256, Is.Zero);
                Assert.That(memory.Contains(address, Math.Max(bytes, 1)), Is.True, "a block lies inside one segment");
                used.Add(address, Math.Max(bytes, 1));
                int place = used.IndexOfKey(address);
                if (place > 0) Assert.That(used.Keys[place - 1] + (ulong)used.Values[place - 1], Is.LessThanOrEqualTo(address), "overlaps the block before");
                if (place + 1 < used.Count) Assert.That(address + (ulong)bytes, Is.LessThanOrEqualTo(used.Keys[place + 1]), "overlaps the block after");
            }
            else
            {
                ulong address = used.Keys[random.Next(used.Count)];
                allocator.Free(address);
                used.Remove(address);
            }

            MemoryStatistics now = allocator.Statistics;
            peak = Math.Max(peak, now.InUse);
            Assert.That(now.Allocations, Is.EqualTo(used.Count));
            Assert.That(now.Held, Is.EqualTo(memory.Bytes));
            Assert.That(now.InUse, Is.InRange(used.Values.Sum(), now.Held));
            if (step % 1500 == 1499)
            {
                allocator.Trim();
                Assert.That(allocator.Statistics.Held, Is.EqualTo(memory.Bytes));
            }
        }

        Assert.That(allocator.Statistics.Peak, Is.EqualTo(peak));
        foreach (ulong address in used.Keys) allocator.Free(address);
        Assert.That(allocator.Statistics.InUse, Is.Zero);
        long held = allocator.Statistics.Held;
        Assert.That(allocator.Trim(), Is.EqualTo(held), "all blocks merged");
        Assert.That(memory.Bytes, Is.Zero);
        Assert.That(allocator.Statistics, Is.EqualTo(new MemoryStatistics(0, 0, peak, 0, 0)));
    }

    [Test]
    public void SmallBlocksShareASegmentAndLargeOnesHaveTheirOwn()
    {
        var memory = new CountedMemory(1L << 40);
        var allocator = new CachingAllocator(memory);
        ulong first = allocator.Allocate(1), second = allocator.Allocate(257), third = allocator.Allocate(0);
        Assert.That(new[] { second - first, third - second }, Is.EqualTo(new ulong[] { 256, 512 }));
        Assert.That(memory.Taken, Is.EqualTo(new[] { 2 * MiB }));
        allocator.Allocate(3 * MiB);
        allocator.Allocate(9 * MiB);
        Assert.That(memory.Taken, Is.EqualTo(new[] { 2 * MiB, 32 * MiB }), "medium blocks share");
        allocator.Allocate((15 * MiB) + 1);
        Assert.That(memory.Taken, Is.EqualTo(new[] { 2 * MiB, 32 * MiB }), "what is free is used first");
        allocator.Allocate((20 * MiB) + 1);
        Assert.That(memory.Taken, Is.EqualTo(new[] { 2 * MiB, 32 * MiB, 22 * MiB }));
        Assert.That(allocator.Statistics.Allocations, Is.EqualTo(7));
    }

    [Test]
    public void FreedMemoryIsHandedOutAgainWithoutTheDriver()
    {
        var memory = new CountedMemory(1L << 40);
        var allocator = new CachingAllocator(memory);
        ulong[] blocks = [.. Enumerable.Range(0, 64).Select(_ => allocator.Allocate(4096))];
        ulong big = allocator.Allocate(100 * MiB);
        foreach (ulong block in blocks) allocator.Free(block);
        allocator.Free(big);
        int taken = memory.Taken.Count;
        Assert.That(allocator.Allocate(100 * MiB), Is.EqualTo(big));
        for (int i = 0; i < 512; i++) allocator.Allocate(4096);
        Assert.That(memory.Taken, Has.Count.EqualTo(taken), "2 MiB hold 512 blocks of 4 KiB");
        allocator.Allocate(1);
        Assert.That(memory.Taken, Has.Count.EqualTo(taken + 1));
    }

    [Test]
    public void TheSmallestHoleThatFitsIsUsed()
    {
        var allocator = new CachingAllocator(new CountedMemory(1L << 40));
        ulong[] blocks = [.. new long[] { 20, 1, 9, 1, 12, 1, 10, 1 }.Select(slices => allocator.Allocate(slices * Slice))];
        for (int i = 0; i < blocks.Length; i += 2) allocator.Free(blocks[i]);
        Assert.That(allocator.Allocate(10 * Slice), Is.EqualTo(blocks[6]));
        Assert.That(allocator.Allocate(10 * Slice), Is.EqualTo(blocks[4]));
        Assert.That(allocator.Allocate(2 * Slice), Is.EqualTo(blocks[4] + (10 * Slice)), "the remainder is a hole of its own");
    }

    [Test]
    public void AFullDeviceGetsWhatIsCachedBackAndThenTheRequestIsMet()
    {
        var memory = new CountedMemory(100 * MiB);
        var allocator = new CachingAllocator(memory);
        ulong[] blocks = [.. Enumerable.Range(0, 4).Select(_ => allocator.Allocate(20 * MiB))];
        foreach (ulong block in blocks) allocator.Free(block);
        ulong whole = allocator.Allocate(90 * MiB);
        Assert.That(memory.Waits, Is.EqualTo(1), "before anything is given back, work that uses it is waited for");
        Assert.That(allocator.Statistics.Held, Is.EqualTo(90 * MiB));
        Assert.That(allocator.Allocate(5 * MiB), Is.Not.Zero, "a shared segment of 32 MiB has no room, the block alone has");
        MemoryStatistics before = allocator.Statistics;
        var error = Assert.Throws<CudaException>(() => allocator.Allocate(30 * MiB));
        Assert.That(error!.Message, Does.Contain($"asked {30 * MiB}"));
        Assert.That(allocator.Statistics, Is.EqualTo(before), "a failed request changes nothing");
        allocator.Free(whole);
        Assert.That(allocator.Allocate(60 * MiB), Is.EqualTo(whole));
        Assert.Throws<CudaException>(() => allocator.Allocate(long.MaxValue));
        Assert.Throws<SettingException>(() => allocator.Allocate(-1));
    }

    [Test]
    public void FreeingTwiceOrAnythingElseIsAnError()
    {
        var allocator = new CachingAllocator(new CountedMemory(1L << 40));
        ulong block = allocator.Allocate(1000);
        Assert.That(Assert.Throws<CudaException>(() => allocator.Free(block + 256))!.Message, Does.Contain("inside an allocation?"));
        allocator.Free(block);
        Assert.That(Assert.Throws<CudaException>(() => allocator.Free(block))!.Message, Does.StartWith($"Free: no allocation in use starts at 0x{block:x}. Was it freed twice"));
        Assert.That(Assert.Throws<CudaException>(() => allocator.Free(5))!.Message, Does.StartWith("Free: 0x5 is not memory of this device."));
        allocator.Trim();
        Assert.That(Assert.Throws<CudaException>(() => allocator.Free(block))!.Message, Does.Contain("is not memory of this device"));
    }

    [Test]
    public void AStepThatRepeatsItsAllocationsAllocatesNothingManaged()
    {
        var allocator = new CachingAllocator(new CountedMemory(1L << 40));
        var blocks = new ulong[50];
        void Step()
        {
            for (int i = 0; i < blocks.Length; i++) blocks[i] = allocator.Allocate(1000 + (i * 100000L));
            foreach (ulong block in blocks) allocator.Free(block);
        }

        Step();
        Assert.That(Allocation.Of(Step), Is.Zero);
    }

    /// <summary>Memory of which only addresses exist.</summary>
    sealed class CountedMemory(long limit) : IDeviceMemory
    {
        readonly SortedList<ulong, long> segments = [];
        ulong next = 1 << 20;

        public List<long> Taken { get; } = [];

        public long Bytes => segments.Values.Sum();

        public int Waits { get; private set; }

        public bool Contains(ulong address, long bytes) => segments.Any(one => address >= one.Key && address + (ulong)bytes <= one.Key + (ulong)one.Value);

        public ulong Take(long bytes)
        {
            if (Bytes + bytes > limit) return 0;
            ulong address = next;
            next += (ulong)bytes; // neighbours touch, so that blocks of two segments could be merged by mistake
            segments.Add(address, bytes);
            Taken.Add(bytes);
            return address;
        }

        public void Release(ulong address) => Assert.That(segments.Remove(address), Is.True, "released twice");

        public void Wait() => Waits++;

        public CudaException OutOfMemory(long asked, MemoryStatistics statistics) => new($"asked {asked}");
    }
}
