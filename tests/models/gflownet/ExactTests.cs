using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Exact flows, distributions and metrics, against the constants of the specification and against the enumeration of all trajectories.</summary>
sealed class ExactTests
{
    static Target GridTarget(int dimensions, int side, string set) =>
        new(StateSpace.Of(new Hypergrid(dimensions, side)), new HypergridReward(dimensions, side, HypergridRewardSet.Named(set), DType.F64));

    /// <summary>Rewards drawn from a seed over the objects of any environment.</summary>
    sealed class RandomReward(StateSpace space, long seed) : IReward
    {
        readonly Tensor logs = new Generator(Key.FromSeed(seed)).Normal([space.Objects.Length], DType.F64) * 2;

        public Tensor LogOf(Tensor states)
        {
            long[] cells = states.Read<long>();
            return logs.Select(0, Tensor.From<long>([.. Enumerable.Range(0, states.Shape[0]).Select(row => (long)space.ObjectOf(space.IndexOf(cells.AsSpan(row * space.Cells, space.Cells))))]));
        }
    }

    /// <summary>Policies drawn from a seed: normalised over what each state allows.</summary>
    static PolicyTable RandomPolicy<TEnvironment>(TEnvironment environment, StateSpace space, long seed, int batch = 4096) where TEnvironment : unmanaged, IEnvironment
    {
        Key key = Key.FromSeed(seed);
        Tensor actionTable = new Generator(key.Split(0)).Normal([environment.Cells, environment.Actions], DType.F64), wayTable = new Generator(key.Split(1)).Normal([environment.Cells, environment.BackwardActions], DType.F64);
        Tensor none = Tensor.Scalar(double.NegativeInfinity, DType.F64);
        return PolicyTable.Of(space, states => (
            TensorMath.Where(environment.AllowedActions(states), states.To(DType.F64).MatMul(actionTable), none).LogSoftmax(),
            TensorMath.Where(environment.AllowedBack(states), states.To(DType.F64).MatMul(wayTable), none).LogSoftmax()), batch);
    }

    [Test]
    public void TheFlowOfTheSmallGridIsTheTableOfTheSpecification()
    {
        Target target = GridTarget(2, 8, "shallow");
        StateSpace space = target.Space;
        var flow = new ExactFlow(target);
        void Row(long x, long y, double f, double right, double up, double stop)
        {
            int state = space.IndexOf([x, y]);
            double[] found = [Math.Exp(flow.LogFlow[state]), .. flow.Policy.LogForward.AsSpan(state * 3, 3).ToArray().Select(Math.Exp)];
            Assert.That(found, Is.EqualTo(new[] { f, right, up, stop }).Within(5.1e-7), $"({x}, {y})");
        }

        Row(0, 0, 22.4, 0.486607, 0.486607, 0.026786);
        Row(1, 0, 10.9, 0.727880, 0.217075, 0.055046);
        Row(1, 1, 4.732227, 0.225288, 0.225288, 0.549424);
        Row(3, 2, 1.882031, 0.430054, 0.516812, 0.053134);
        Row(6, 6, 3.5, 0.128571, 0.128571, 0.742857);
        Row(7, 0, 0.960938, 0, 0.375610, 0.624390);
        Row(7, 7, 0.6, 0, 0, 1);
    }

    [TestCase(2, 8, "shallow", 0.7000)]
    [TestCase(2, 16, "shallow", 0.7806)]
    [TestCase(2, 64, "deep", 0.9559)]
    [TestCase(4, 8, "shallow", 0.8001)]
    [TestCase(4, 8, "deep", 0.9223)]
    [TestCase(4, 20, "deep", 0.9377)]
    public void TheUniformPolicyIsAsFarFromTheTargetAsTheSpecificationSays(int dimensions, int side, string set, double expected)
    {
        Target target = GridTarget(dimensions, side, set);
        DistributionMetrics metrics = DistributionMetrics.Of(target, new ExactDistribution(target.Space, PolicyTable.Uniform(target.Space)));
        Assert.That(metrics.TotalVariation, Is.EqualTo(expected).Within(5.1e-5));
        Assert.That(metrics.L1, Is.EqualTo(2 * metrics.TotalVariation).Within(1e-15));
    }

    [TestCase(2, 8, "shallow", 0.0057)]
    [TestCase(2, 8, "deep", 0.0035)]
    [TestCase(2, 16, "shallow", 0.0125)]
    [TestCase(2, 20, "deep", 0.0092)]
    [TestCase(2, 64, "shallow", 0.0484)]
    [TestCase(2, 64, "deep", 0.0297)]
    [TestCase(4, 8, "shallow", 0.0532)]
    [TestCase(4, 8, "deep", 0.0220)]
    [TestCase(4, 12, "deep", 0.0522)]
    [TestCase(4, 16, "shallow", 0.2188)]
    [TestCase(4, 20, "deep", 0.1121)]
    [TestCase(4, 20, "hard", 0.0897)]
    public void PerfectSamplesHaveTheFloorOfTheSpecification(int dimensions, int side, string set, double expected)
    {
        Target target = GridTarget(dimensions, side, set);
        // The specification's figures come from simulations, printed to four places.
        Assert.That(target.TotalVariationFloor(200_000), Is.EqualTo(expected).Within(2e-4));
    }

    [Test]
    public void PerfectSamplesLieAtTheFloor()
    {
        const long Seed = 11;
        TestContext.Out.WriteLine($"seed {Seed}");
        Target target = GridTarget(2, 20, "deep");
        const int Count = 200_000;
        double found = DistributionMetrics.Of(target, target.Space.CountObjects(target.SampleStates(Count, Key.FromSeed(Seed)))).TotalVariation, floor = target.TotalVariationFloor(Count);
        Assert.That(found, Is.EqualTo(floor).Within(0.15 * floor));
    }

    static void CheckExact<TEnvironment>(TEnvironment environment, long seed) where TEnvironment : unmanaged, IEnvironment
    {
        StateSpace space = StateSpace.Of(environment);
        var target = new Target(space, new RandomReward(space, seed));
        foreach (double[]? backward in (double[]?[])[null, RandomPolicy(environment, space, seed).LogBackward])
        {
            var flow = new ExactFlow(target, backward);
            var distribution = new ExactDistribution(space, flow.Policy);
            Assert.That(flow.LogFlow[0], Is.EqualTo(target.LogPartition).Within(1e-12), "the source holds Z");
            for (int i = 0; i < space.Objects.Length; i++) Assert.That(distribution.Probabilities[i] / target.Probabilities[i], Is.EqualTo(1).Within(1e-12));
            var (lower, upper) = distribution.Bounds(target);
            Assert.That(lower, Is.EqualTo(target.LogPartition).Within(1e-11));
            Assert.That(upper, Is.EqualTo(target.LogPartition).Within(1e-11));
            for (int state = 0; state < space.Count; state++) Assert.That(distribution.LogReached[state], Is.EqualTo(flow.LogFlow[state] - target.LogPartition).Within(1e-11), "a state is passed by its share of the flow");
        }
    }

    [Test]
    public void TheExactPolicySamplesEveryEnvironmentInProportionToTheReward()
    {
        CheckExact(new Hypergrid(3, 5), 21);
        CheckExact(new AutoregressiveString(4, 3), 22);
        CheckExact(new PositionString(4, 2), 23);
        CheckExact(new PrependAppendString(4, 3), 24);
        CheckExact(new IsingTorus(2), 25);
        CheckExact(new Dag(4), 26);
    }

    [Test]
    public void DistributionAndBoundsOfARandomPolicyAreThoseOfAllTrajectories()
    {
        const long Seed = 31;
        TestContext.Out.WriteLine($"seed {Seed}");
        CheckEnumerated(new Hypergrid(2, 4), Seed);
        CheckEnumerated(new PrependAppendString(3, 2), Seed);
        CheckEnumerated(new Dag(3), Seed);
    }

    static void CheckEnumerated<TEnvironment>(TEnvironment environment, long seed) where TEnvironment : unmanaged, IEnvironment
    {
        StateSpace space = StateSpace.Of(environment);
        var target = new Target(space, new RandomReward(space, seed));
        PolicyTable policy = RandomPolicy(environment, space, seed + 1);
        var expected = new double[space.Objects.Length];
        double lower = 0, upper = 0;
        void Finish(int state, double forward, double backward)
        {
            int place = space.ObjectOf(state);
            double value = target.LogReward[place] + backward - forward;
            expected[place] += Math.Exp(forward);
            lower += Math.Exp(forward) * value;
            upper += target.Probabilities[place] * Math.Exp(backward) * value;
        }

        void Walk(int state, double forward, double backward)
        {
            bool isEnd = true;
            for (int action = 0; action < space.Actions; action++)
            {
                int child = space.Child(state, action);
                if (child == StateSpace.Forbidden) continue;
                isEnd = false;
                double log = forward + policy.LogForward[(state * space.Actions) + action];
                if (child < 0) Finish(state, log, backward);
                else Walk(child, log, backward + policy.LogBackward[(child * space.BackwardActions) + space.WayBack(state, action)]);
            }

            if (isEnd) Finish(state, forward, backward);
        }

        Walk(0, 0, 0);
        var distribution = new ExactDistribution(space, policy);
        Assert.That(distribution.Probabilities.ToArray(), Is.EqualTo(expected).Within(1e-14));
        Assert.That(distribution.Probabilities.ToArray().Sum(), Is.EqualTo(1).Within(1e-13));
        var bounds = distribution.Bounds(target);
        Assert.That(bounds.Lower, Is.EqualTo(lower).Within(1e-12));
        Assert.That(bounds.Upper, Is.EqualTo(upper).Within(1e-12));
        Assert.That(lower, Is.LessThan(target.LogPartition));
        Assert.That(upper, Is.GreaterThan(target.LogPartition));
    }

    [Test]
    public void APolicyIsAskedInBatchesOfOneSizeAndTheirSizeDoesNotMatter()
    {
        var environment = new Dag(3);
        StateSpace space = StateSpace.Of(environment);
        PolicyTable whole = RandomPolicy(environment, space, 41), parts = RandomPolicy(environment, space, 41, batch: 7);
        Assert.That(parts.LogForward, Is.EqualTo(whole.LogForward).Within(1e-14));
        Assert.That(parts.LogBackward, Is.EqualTo(whole.LogBackward).Within(1e-14));
        Assert.That(whole.LogBackward.Take(space.BackwardActions), Has.All.EqualTo(double.NegativeInfinity), "the source has no ways back");
        var sizes = new HashSet<int>();
        PolicyTable.Of(space, states =>
        {
            sizes.Add(states.Shape[0]);
            Tensor allowed = environment.AllowedActions(states).To(DType.F32), back = environment.AllowedBack(states).To(DType.F32);
            return ((allowed / allowed.Sum(1, keepAxes: true)).Log(), (back / back.Sum(1, keepAxes: true).Maximum(Tensor.Scalar(1))).Log());
        }, batch: 7);
        Assert.That(sizes, Is.EqualTo(new[] { 7 }));
    }

    [Test]
    public void APolicyThatIsNotNormalisedIsAnError()
    {
        StateSpace space = StateSpace.Of(new Hypergrid(2, 3));
        Assert.That(() => PolicyTable.Of(space, static states => (Tensor.Zeros([states.Shape[0], 3]), Tensor.Zeros([states.Shape[0], 2]))), Throws.TypeOf<NumericalException>().With.Message.Contains("log P_F"));
        Assert.That(() => PolicyTable.Of(space, static states => (Tensor.Zeros([states.Shape[0], 2]), Tensor.Zeros([states.Shape[0], 2]))), Throws.TypeOf<ShapeException>());
        Assert.That(() => PolicyTable.Of(space, static states => (Tensor.Full([states.Shape[0], 3], double.NaN), Tensor.Zeros([states.Shape[0], 2]))), Throws.TypeOf<NumericalException>());
    }

    [Test]
    public void DistancesOfASmallDistributionAreThoseByHand()
    {
        // Two objects with R = 1 and 3, so that the target is (1/4, 3/4); counts (1, 1).
        StateSpace space = StateSpace.Of(new AutoregressiveString(1, 2));
        var target = new Target(space, new TableReward(1, 2, [0, Math.Log(3)], DType.F64));
        DistributionMetrics metrics = DistributionMetrics.Of(target, [1, 1]);
        Assert.That(metrics.TotalVariation, Is.EqualTo(0.25).Within(1e-15));
        Assert.That(metrics.L1, Is.EqualTo(0.5).Within(1e-15));
        Assert.That(metrics.JensenShannon, Is.EqualTo((0.5 * ((0.5 * Math.Log(0.5 / 0.375)) + (0.5 * Math.Log(0.5 / 0.625)))) + (0.5 * ((0.25 * Math.Log(0.25 / 0.375)) + (0.75 * Math.Log(0.75 / 0.625))))).Within(1e-14));
        Assert.That(metrics.Divergence, Is.EqualTo((0.25 * Math.Log(0.5)) + (0.75 * Math.Log(1.5))).Within(1e-14));
        Assert.That(metrics.ExpectedReward, Is.EqualTo(2).Within(1e-14));
        Assert.That(target.ExpectedReward, Is.EqualTo(2.5).Within(1e-14));
        Assert.That(metrics.RewardError, Is.EqualTo(0.2).Within(1e-14));
        Assert.That(target.LogPartition, Is.EqualTo(Math.Log(4)).Within(1e-14));
        Assert.That(DistributionMetrics.Of(target, [1, 0]).Divergence, Is.EqualTo(double.PositiveInfinity));
        // Exactly: two samples of p = 1/4 differ from it by 1/4, 1/4 and 3/4 with probabilities 9/16, 6/16 and 1/16.
        Assert.That(target.TotalVariationFloor(2), Is.EqualTo((0.25 * 15 / 16) + (0.75 / 16)).Within(1e-12));
    }

    [Test]
    public void TheDivergenceHoldsWhereProbabilitiesAreTooSmallForANumber()
    {
        StateSpace space = StateSpace.Of(new AutoregressiveString(2, 2));
        var target = new Target(space, new TableReward(2, 2, [0, 0, 0, 0], DType.F64));
        PolicyTable table = PolicyTable.Uniform(space);
        (table.LogForward[0], table.LogForward[1]) = (-2000, 0);
        var distribution = new ExactDistribution(space, table);
        Assert.That(distribution.Probabilities[0], Is.Zero);
        Assert.That(DistributionMetrics.Of(target, distribution).Divergence, Is.EqualTo(1000 - Math.Log(2)).Within(1e-9));
    }

    [Test]
    public void TheRewardErrorHoldsWhereRewardsAreTooLargeForANumber()
    {
        StateSpace space = StateSpace.Of(new AutoregressiveString(1, 2));
        DistributionMetrics Uniform(double shift) => DistributionMetrics.Of(new Target(space, new TableReward(1, 2, [shift, shift + Math.Log(3)], DType.F64)), [1, 1]);
        Assert.That(Uniform(2000).RewardError, Is.EqualTo(0.2).Within(1e-12));
        Assert.That(Uniform(-2000).RewardError, Is.EqualTo(0.2).Within(1e-12));
        Assert.That(Uniform(2000).TotalVariation, Is.EqualTo(0.25).Within(1e-12));
    }

    [Test]
    public void HistogramsTakeFinishedObjectsAlone()
    {
        StateSpace space = StateSpace.Of(new AutoregressiveString(2, 2));
        double[] counts = space.CountObjects(Tensor.From<long>([1, 1, 2, 1, 1, 1], [3, 2]));
        Assert.That(counts, Is.EqualTo(new double[] { 2, 0, 1, 0 }));
        Assert.That(() => space.CountObjects(Tensor.From<long>([1, 0], [1, 2])), Throws.TypeOf<ShapeException>().With.Message.Contains("row 0"));
        Assert.That(space.MeanCells([0.5, 0.5, 0, 0]), Is.EqualTo(new[] { 1, 1.5 }));
    }

    [Test]
    public void ModesAreCountedOnceAndRegionsByTheirSides()
    {
        var reward = new HypergridReward(2, 20, HypergridRewardSet.Deep);
        var tally = new ModeTally(reward, 2);
        tally.Add(Tensor.From<long>([2, 2, 2, 3, 2, 2, 0, 2, 16, 17], [5, 2]));
        Assert.That((tally.Seen, tally.Modes, tally.Regions), Is.EqualTo((5, 3, 2)));
        tally.Add([17, 2, 2, 16]);
        Assert.That((tally.Seen, tally.Modes, tally.Regions), Is.EqualTo((7, 5, 4)));
    }
}
