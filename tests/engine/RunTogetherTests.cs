using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Plans side by side: the bits of one after the other, nothing allocated, errors as from one plan.</summary>
[NonParallelizable]
public sealed class RunTogetherTests
{
    int threads;

    [SetUp]
    public void Remember() => threads = Settings.Threads;

    [TearDown]
    public void Restore() => Settings.Threads = threads;

    [Test]
    public void Members_of_an_ensemble_take_the_steps_that_they_take_alone([Values(1, 2, 5)] int threadCount, [Values(1, 2, 3)] int members)
    {
        int seed = Seeds.Fresh();
        Settings.Threads = threadCount;
        Member[] together = Members(seed, members), alone = Members(seed, members);
        Plan[] plans = [.. together.Select(static member => member.Plan)];
        for (int step = 0; step < 40; step++)
        {
            Plan.RunTogether(plans);
            foreach (Member member in alone) member.Plan.Run();
        }

        for (int i = 0; i < members; i++)
        {
            Assert.That(together[i].Weight.Read<float>(), Is.EqualTo(alone[i].Weight.Read<float>()), $"member {i}");
            Assert.That(plans[i].Output.Item(), Is.EqualTo(alone[i].Plan.Output.Item()));
        }

        Assert.That(together.Select(static member => member.Plan.Output.Item()).Distinct().Count(), Is.EqualTo(members), "members differ");
    }

    [Test]
    public void Plans_may_write_rows_of_one_tensor()
    {
        Settings.Threads = 2;
        Tensor all = Tensor.Zeros([6, 300]);
        Plan[] plans = [.. Enumerable.Range(0, 2).Select(half =>
        {
            Tensor count = Tensor.Zeros([1]), rows = Tensor.Range(3, 3 * half);
            return Plan.Record(() =>
            {
                (count + half + 1).CopyInto(count);
                count.Expand([3, 300]).Contiguous().CopyRowsInto(all, rows);
            });
        })];
        for (int step = 0; step < 100; step++) Plan.RunTogether(plans);
        Assert.That(all.Read<float>(), Is.EqualTo(Enumerable.Range(0, 1800).Select(static i => i < 900 ? 101f : 202f)));
    }

    [Test]
    public void Nothing_is_allocated_and_errors_come_through()
    {
        Settings.Threads = 2;
        Plan[] plans = [.. Members(1, 2).Select(static member => member.Plan)];
        for (int step = 0; step < 10; step++) Plan.RunTogether(plans);
        Assert.That(Allocation.Of(() => Plan.RunTogether(plans)), Is.Zero);
        Plan ended;
        using (Step.Begin())
        {
            Tensor passing = Tensor.Ones([4]);
            ended = Plan.Record(() => passing + 1);
        }

        Assert.That(() => Plan.RunTogether(plans[0], ended), Throws.TypeOf<LifetimeException>());

        // An index outside is found while both run.
        Tensor index = Tensor.From<long>([0]), table = Tensor.Ones([4, 2]);
        Plan select = Plan.Record(() => table.Select(0, index));
        index.Write<long>([7]);
        Assert.That(() => Plan.RunTogether(plans[0], select), Throws.InstanceOf<AdjointException>());
        Assert.That(() => Plan.RunTogether(plans), Throws.Nothing);
    }

    [Test]
    public void Chains_end_where_their_numbers_say([Values(1, 2, 5)] int threadCount, [Values(1, 2, 3)] int count)
    {
        int seed = Seeds.Fresh();
        Settings.Threads = threadCount;
        Walk[] together = Walks(seed, count), alone = Walks(seed, count);
        for (int round = 0; round < 20; round++)
        {
            foreach (Walk walk in together.Concat(alone)) walk.Steps = 0;
            Plan.RunTogether(together);
            foreach (Walk walk in alone) walk.RunAlone();
            Assert.That(together.Select(static walk => walk.Steps), Is.EqualTo(alone.Select(static walk => walk.Steps)), $"round {round}, seed {seed}");
            for (int i = 0; i < count; i++) Assert.That(together[i].Place.Read<float>(), Is.EqualTo(alone[i].Place.Read<float>()), $"chain {i}, seed {seed}");
        }

        Assert.That(Allocation.Of(() => Plan.RunTogether(together)), Is.Zero);
    }

    [Test]
    public void Errors_of_a_chain_come_through()
    {
        Settings.Threads = 2;
        Walk[] walks = Walks(1, 2);
        Plan.RunTogether(walks);
        walks[1].Fails = true;
        walks[1].Steps = 0;
        Assert.That(() => Plan.RunTogether(walks), Throws.TypeOf<SettingException>());
        walks[1].Fails = false;
        walks[1].Steps = 0;
        Assert.That(() => Plan.RunTogether(walks), Throws.Nothing);
        Assert.That(walks[1].Steps, Is.Positive);
    }

    static Walk[] Walks(int seed, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var generator = new Generator(Key.FromSeed(seed).Split($"chain {i}"));
        Tensor place = Tensor.Zeros([20]);
        return new Walk(place, Plan.Record(() =>
        {
            (place + generator.Normal([20])).CopyInto(place);
            return place.Abs().Max();
        }));
    })];

    // A random walk that rests each time one of its numbers is far out, or after a while.
    sealed class Walk(Tensor place, Plan plan) : PlanChain
    {
        const int Most = 60;

        readonly float[] farthest = new float[1];

        public Tensor Place => place;

        public int Steps { get; set; }

        public bool Fails { get; set; }

        public void RunAlone()
        {
            while (Next() is { } next) next.Run();
        }

        protected override Plan? Next()
        {
            if (Fails && Steps == 1) throw new SettingException("The walk ends early.");
            plan.Output.Read(farthest.AsSpan());
            if (Steps == Most || (Steps > 0 && MathF.Floor(farthest[0]) % 7 == 3)) return null;
            Steps++;
            return plan;
        }
    }

    static Member[] Members(int seed, int count) => [.. Enumerable.Range(0, count).Select(Member (member) =>
    {
        var generator = new Generator(Key.FromSeed(seed).Split($"member {member}"));
        Tensor weight = generator.Normal([64, 64]) * 0.1;
        return new Member(weight, Plan.Record(() =>
        {
            Tensor variable = weight.Variable(), batch = generator.Normal([96, 64]);
            Tensor loss = (batch.MatMul(variable).Tanh().MatMul(variable) - batch.Flip(1)).Square().Mean();
            (weight - (Autodiff.Gradient(loss, variable) * 0.1)).CopyInto(weight);
            return loss;
        }));
    })];

    sealed record Member(Tensor Weight, Plan Plan);
}
