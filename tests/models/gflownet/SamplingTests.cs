using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>What sampling leaves for learning: whole trajectories by the rules, and at each visit what the policy says of its state, though it is asked once at states that trajectories share.</summary>
[NonParallelizable]
sealed class SamplingTests
{
    [Test]
    public void EarlyStatesAreTheStatesOfTheFirstLevels([Values(1, 2, 7, 16, 100)] int batch)
    {
        CheckEarly(new Hypergrid(4, 3), batch);
        CheckEarly(new Hypergrid(1, 2), batch);
        CheckEarly(new AutoregressiveString(3, 4), batch);
        CheckEarly(new PrependAppendString(4, 3), batch);
        CheckEarly(new IsingTorus(2), batch);
        CheckEarly(new Dag(3), batch);
    }

    static void CheckEarly<TEnvironment>(TEnvironment environment, int batch) where TEnvironment : unmanaged, IEnvironment
    {
        StateSpace space = StateSpace.Of(environment);
        EarlyStates early = EarlyStates.Of(environment, batch);

        // States of a space lie level by level; a level begins behind the farthest child of the one before it.
        int count = 1, levels = 1;
        for (int start = 0; levels < environment.LongestPath; levels++)
        {
            int end = Enumerable.Range(start, count - start).SelectMany(state => Enumerable.Range(0, environment.Actions).Select(action => space.Child(state, action))).Max() + 1;
            if (end <= count || end - count >= batch) break;
            (start, count) = (count, end);
        }

        Assert.That((early.Levels, early.Count, early.Visits), Is.EqualTo((levels, count, levels * batch)), $"{typeof(TEnvironment).Name}, batch {batch}");
        Assert.That(early.States.Read<long>(), Is.EqualTo(space.Rows([.. Enumerable.Range(0, count)]).Read<long>()));
        long[] children = early.Children.Read<long>();
        for (int state = 0; state < count; state++)
        {
            for (int action = 0; action < environment.Actions; action++)
            {
                int child = space.Child(state, action);
                Assert.That(children[(state * environment.Actions) + action], Is.EqualTo(child >= 0 && child < count ? child : 0), $"state {state}, action {action}");
            }
        }
    }

    // Batches of one lane and of two, with levels that all share, some share and none shares.
    [TestCase(5)]
    [TestCase(16)]
    [TestCase(33)]
    [TestCase(70)]
    public void TrajectoriesOfManyLengthsAreRead(int batch)
    {
        Loop(new Hypergrid(2, 6), batch);
        Loop(new Hypergrid(4, 3), batch);
        Loop(new Hypergrid(1, 3), batch);
        Loop(new Dag(3), batch);
        Loop(new Hypergrid(75, 2), batch);
    }

    static void Loop<TEnvironment>(TEnvironment environment, int batch) where TEnvironment : unmanaged, IEnvironment
    {
        int seed = Seeds.Fresh();
        var read = new Reading<TEnvironment>(environment, batch, seed);
        var loop = new TrajectoryLoop<TEnvironment>(read.Sampler);
        int asked = 0;
        for (int i = 0; i < 12; i++)
        {
            // Room for as many as last time, for none, and for far too many.
            asked = loop.Sample((i % 3) switch { 0 => asked, 1 => 0, _ => 1000 });
            Tensor? slots = null;
            int count = 0;
            Tensor difference = loop.Learn(given =>
            {
                (slots, count) = (given, given.Shape[0]);
                return Lesson.Record(() => read.Difference(count, given));
            });
            Assert.That(difference.Item(), Is.LessThan(1e-13), $"{typeof(TEnvironment).Name}, batch {batch}, iteration {i}, seed {seed}");

            // Only a lesson that is recorded shows its slots.
            if (slots is not null) read.CheckTrajectories(slots.Read<long>(), asked);
        }
    }

    [TestCase(5)]
    [TestCase(16)]
    public void TrajectoriesOfOneLengthAreRead(int batch)
    {
        Whole(new AutoregressiveString(3, 3), batch);
        Whole(new AutoregressiveString(1, 3), batch);
        Whole(new PrependAppendString(4, 2), batch);
        Whole(new IsingTorus(2), batch);

        // More states behind the source than trajectories: one early state, which one lane asks for.
        Whole(new AutoregressiveString(3, 40), batch);
    }

    static void Whole<TEnvironment>(TEnvironment environment, int batch) where TEnvironment : unmanaged, IEnvironment
    {
        int seed = Seeds.Fresh(), levels = environment.LongestPath;
        var read = new Reading<TEnvironment>(environment, batch, seed);
        for (int i = 0; i < 3; i++)
        {
            for (int lane = 0; lane < read.Sampler.Lanes; lane++) read.Sampler.Ask(lane);
            for (int lane = 0; lane < read.Sampler.Lanes; lane++) read.Sampler.FillLane(lane, withResults: true);
            int count = (levels + 1) * batch;
            Assert.That(read.Difference(count, null).Item(), Is.LessThan(1e-13), $"{typeof(TEnvironment).Name}, batch {batch}, seed {seed}");
            read.CheckTrajectories([.. Enumerable.Range(0, count).Select(static slot => (long)slot)], read.Sampler.Early.Count + (batch * (levels + 1 - read.Sampler.Early.Levels)));
        }
    }

    sealed class Reading<TEnvironment> where TEnvironment : unmanaged, IEnvironment
    {
        readonly TEnvironment environment;
        readonly int batch;
        readonly HotMlpPolicy policy;
        readonly ParameterSet parameters;
        readonly TrajectoryReader<TEnvironment> reader;

        public Reading(TEnvironment environment, int batch, int seed)
        {
            this.environment = environment;
            this.batch = batch;
            policy = new HotMlpPolicy(new PolicyLayout(environment.Actions, environment.BackwardActions, HasFlow: true), environment.Cells, environment.Levels, [12, 10]);
            parameters = new ParameterSet(policy, Key.FromSeed(seed), DType.F64);
            reader = new TrajectoryReader<TEnvironment>(
                environment, policy, static states => Tensor.Zeros([states.Shape[0]], DType.F64), ObjectiveNeeds.LogFlow, batch, evaluatesEnds: environment.HasFixedLength);
            Sampler = new ForwardSampler<TEnvironment>(environment, policy, static (heads, _) => heads.Forward, batch, DType.F64, Key.FromSeed(seed).Split("draws"));
        }

        public ForwardSampler<TEnvironment> Sampler { get; }

        // The largest difference beside the largest number, in terms and in a derivative, between what sampling left and a policy that is asked at every visit.
        public Tensor Difference(int count, Tensor? slots)
        {
            (Tensor[] terms, Tensor[] gradients) = Read(Sampler.Visits, count, slots, recalls: true);
            var (states, actions, arrivals) = Sampler.Visits.First(count);
            var plain = new Visits(count, environment.Cells, [], DType.F64);
            plain.Put(Tensor.Range(count), states, actions, arrivals, []);
            (Tensor[] plainTerms, Tensor[] plainGradients) = Read(plain, count, slots, recalls: false);
            Tensor[] differences = [.. terms.Concat(gradients).Zip(plainTerms.Concat(plainGradients), static (one, other) => ((one - other).Abs().Max() / (1 + other.Abs().Max())).Reshape(1))];
            return TensorMath.Concat(differences, 0).Max();
        }

        (Tensor[] Terms, Tensor[] Gradients) Read(Visits visits, int count, Tensor? slots, bool recalls)
        {
            TrajectoryTerms terms = reader.Read(visits, count, slots, Sampler.Current, recalls);
            Tensor[] all = [terms.HasAction.To(DType.F64), terms.LogForward, terms.LogBackward, terms.LogFlow!];
            Tensor loss = (terms.LogForward + (2 * terms.LogBackward) + terms.LogFlow!.Square()).Square().Sum();
            return (all, Autodiff.Gradients(loss, parameters.Values));
        }

        public void CheckTrajectories(long[] slots, int asked)
        {
            long[] states = Sampler.Visits.States.Read<long>(), actions = Sampler.Visits.Actions.Read<long>(), arrivals = Sampler.Visits.Arrivals.Read<long>(), objects = Sampler.Current.Read<long>();
            int cells = environment.Cells, levels = environment.HasFixedLength ? environment.LongestPath + 1 : environment.LongestPath, visits = 0;
            var placeOf = new Dictionary<long, int>();
            for (int place = 0; place < slots.Length; place++)
            {
                if (slots[place] < levels * batch) placeOf.Add(slots[place], place);
            }

            for (int i = 0; i < batch; i++)
            {
                var state = new long[cells];
                int level = 0, way = -1;
                for (bool goesOn = true; goesOn; level++)
                {
                    int place = placeOf[(level * batch) + i];
                    visits++;
                    Assert.That(states.AsSpan(place * cells, cells).ToArray(), Is.EqualTo(state), $"trajectory {i}, level {level}");
                    Assert.That(arrivals[place], Is.EqualTo(way));
                    int action = (int)actions[place];
                    bool isComplete = environment.HasFixedLength && level == environment.LongestPath;
                    Assert.That(isComplete ? action == -1 : environment.Allows(new ArrayCells(state, 0), action), $"action {action}");
                    if (!isComplete) way = environment.Step(new ArrayCells(state, 0), action);
                    goesOn = !isComplete && way >= 0;
                }

                Assert.That(placeOf, Does.Not.ContainKey((long)((level * batch) + i)), "nothing follows the end");
                Assert.That(objects.AsSpan(i * cells, cells).ToArray(), Is.EqualTo(state));
            }

            Assert.That(placeOf, Has.Count.EqualTo(visits));
            int early = placeOf.Keys.Count(slot => slot < Sampler.Early.Visits);
            Assert.That(asked, Is.EqualTo(Sampler.Early.Count + visits - early));
        }
    }
}
