using System.Globalization;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Rewards of strings, spins and graphs, against sums by hand and against formulas of another form.</summary>
sealed class RewardTests
{
    static readonly BitModes Modes = BitModes.FromBlocks(60, 120, Key.FromSeed(1));

    static int Distance(bool[] x, bool[] y) => x.Zip(y).Count(static pair => pair.First != pair.Second);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(6)]
    [TestCase(8)]
    [TestCase(10)]
    public void TheDistanceOfBitsInWordsIsThatOfTheBits(int wordBits)
    {
        const long Seed = 2;
        TestContext.Out.WriteLine($"seed {Seed}");
        BitModes around = Modes.Around(Key.FromSeed(Seed));
        var some = new BitModes(120, [.. around.Strings.Where(static (_, i) => i % 37 == 0)]);
        double[] expected = [.. some.Strings.Select(static text => (double)Modes.Strings.Min(mode => Distance(text, mode)))];
        foreach (DType dtype in (DType[])[DType.F32, DType.F64])
        {
            var reward = new BitSequenceReward(Modes, wordBits, BitSequenceScale.PerBit(), dtype);
            Assert.That(reward.Distance(some.States(wordBits)).To(DType.F64).Read<double>(), Is.EqualTo(expected), $"{dtype}");
            Assert.That(reward.LogOf(some.States(wordBits)).To(DType.F64).Read<double>(), Is.EqualTo(expected.Select(static d => -2 * d)));
        }
    }

    [Test]
    public void ModesAreMadeOfTheFiveBlocksAndDifferBySeed()
    {
        string[] blocks = [.. Modes.Strings.SelectMany(static text => text.Chunk(8)).Select(static block => string.Concat(block.Select(static bit => bit ? '1' : '0'))).Distinct().Order(StringComparer.Ordinal)];
        Assert.That(blocks, Is.EqualTo(new[] { "00000000", "00001111", "00111100", "11110000", "11111111" }));
        Assert.That(Modes.Strings, Has.Count.EqualTo(60));
        Assert.That(BitModes.FromBlocks(60, 120, Key.FromSeed(1)).Strings[5], Is.EqualTo(Modes.Strings[5]));
        Assert.That(BitModes.FromBlocks(60, 120, Key.FromSeed(2)).Strings[5], Is.Not.EqualTo(Modes.Strings[5]));
        Assert.That(BitModes.Random(4, 4, Key.FromSeed(1)).Strings.Select(static text => string.Concat(text)).Distinct().Count(), Is.EqualTo(4));
        Assert.That(BitModes.Random(16, 4, Key.FromSeed(1)).States(2).Read<long>(), Has.All.InRange(1, 4));
    }

    [Test]
    public void StringsAroundModesHaveTheirNumberOfTurnedBits()
    {
        BitModes around = Modes.Around(Key.FromSeed(3));
        Assert.That(around.Strings, Has.Count.EqualTo(7200));
        for (int i = 0; i < around.Strings.Count; i += 7) Assert.That(Distance(around.Strings[i], Modes.Strings[i / 120]), Is.EqualTo(i % 120));
    }

    [Test]
    public void WordsHaveTheirFirstBitFirst()
    {
        var one = new BitModes(6, [[true, false, false, true, true, false]]);
        Assert.That(one.States(1).Read<long>(), Is.EqualTo(new long[] { 2, 1, 1, 2, 2, 1 }));
        Assert.That(one.States(2).Read<long>(), Is.EqualTo(new long[] { 3, 2, 3 }));
        Assert.That(one.States(3).Read<long>(), Is.EqualTo(new long[] { 5, 7 }));
        Assert.That(() => one.States(4), Throws.TypeOf<SettingException>());
    }

    [Test]
    public void VariantsOfTheScaleAreThoseOfTheSpecification()
    {
        double LogOf(string variant, double d)
        {
            BitSequenceScale scale = BitSequenceScale.Named(variant, 120);
            return scale.Top - (scale.Slope * d);
        }

        Assert.That(LogOf("gfnx", 40), Is.EqualTo(-1).Within(1e-15));
        Assert.That(LogOf("gflownet-rl", 40), Is.EqualTo(-80));
        Assert.That(LogOf("torchgfn", 40), Is.EqualTo(-40));
        Assert.That(LogOf("tb-paper", 40), Is.EqualTo(2).Within(1e-15));
        Assert.That(() => BitSequenceScale.Named("gfn", 120), Throws.TypeOf<SettingException>().With.Message.Contains("gflownet-rl"));
    }

    [Test]
    public void AModeIsFoundByStringsNearerThanTheRadius()
    {
        var two = new BitModes(40, [new bool[40], [.. Enumerable.Repeat(true, 40)]]);
        var reward = new BitSequenceReward(two, 4, BitSequenceScale.PerBit(), radius: 5);
        var tally = new ModeTally(reward, 10);
        BitModes Turned(int bits) => new(40, [[.. Enumerable.Range(0, 40).Select(i => i < bits)]]);
        tally.Add(Turned(5).States(4));
        Assert.That((tally.Regions, tally.Modes), Is.EqualTo((0, 0)));
        tally.Add(Turned(4).States(4));
        Assert.That((tally.Regions, tally.Modes), Is.EqualTo((1, 0)));
        tally.Add(Turned(40).States(4));
        tally.Add(Turned(40).States(4));
        Assert.That((tally.Regions, tally.Modes, tally.Seen), Is.EqualTo((2, 1, 4)));
    }

    [Test]
    public void TheRangeOfASmallBitSequenceTaskIsEnumerated()
    {
        StateSpace space = StateSpace.Of(new AutoregressiveString(8, 2));
        BitModes modes = BitModes.Random(4, 8, Key.FromSeed(5));
        var target = new Target(space, new BitSequenceReward(modes, 1, BitSequenceScale.Temperature(0.5), DType.F64));
        double z = 0;
        for (int word = 0; word < 256; word++)
        {
            bool[] text = [.. Enumerable.Range(0, 8).Select(bit => ((word >> bit) & 1) == 1)];
            z += Math.Exp(-2 * modes.Strings.Min(mode => Distance(text, mode)));
        }

        Assert.That(target.LogPartition, Is.EqualTo(Math.Log(z)).Within(1e-12));
    }

    [Test]
    public void ATableIsReadByTheStringAsANumber()
    {
        var reward = new TableReward(3, 2, [0, 1, 2, 3, 4, 5, 6, 7], DType.F32);
        Tensor states = Tensor.From<long>([1, 1, 1, 2, 1, 1, 1, 1, 2, 2, 2, 2], [4, 3]);
        Assert.That(reward.LogOf(states).Read<float>(), Is.EqualTo(new float[] { 0, 4, 1, 7 }));
        Assert.That(reward.IndexOf([2, 1, 1]), Is.EqualTo(4));
        Assert.That(() => reward.LogOf(Tensor.Zeros([1, 3], DType.I64)), Throws.TypeOf<ShapeException>(), "an unfinished string has no reward");
        Assert.That(static () => new TableReward(3, 2, [0, 1]), Throws.TypeOf<ShapeException>());
        Assert.That(static () => new TableReward(1, 2, [0, double.NaN]), Throws.TypeOf<SettingException>());
    }

    [Test]
    public void TheTopOfATableTakesStringsThatAreAsGood()
    {
        var reward = new TableReward(3, 2, [0, 1, 2, 3, 3, 1, 3, 7]);
        var modes = new TopModes(reward, 0.25);
        Assert.That((modes.Regions, modes.LeastLogReward), Is.EqualTo((4, 3.0)));
        var tally = new ModeTally(modes, 3);
        tally.Add([2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 1, 1]);
        Assert.That((tally.Modes, tally.Regions), Is.EqualTo((2, 2)));
    }

    [Test]
    public void SpinsAreWorthTheirBondsTwice()
    {
        const long Seed = 6;
        TestContext.Out.WriteLine($"seed {Seed}");
        const int Side = 4;
        const double Coupling = 0.3;
        Tensor states = new Generator(Key.FromSeed(Seed)).Integers([5, Side * Side], 1, 3);
        long[] cells = states.Read<long>();
        double[] found = new IsingReward(Side, Coupling, DType.F64).LogOf(states).Read<double>();
        for (int row = 0; row < 5; row++)
        {
            double Spin(int y, int x) => (2 * cells[(row * Side * Side) + ((y + Side) % Side * Side) + ((x + Side) % Side)]) - 3;
            double sum = 0;
            for (int y = 0; y < Side; y++)
            {
                for (int x = 0; x < Side; x++) sum += Spin(y, x) * (Spin(y, x + 1) + Spin(y, x - 1) + Spin(y + 1, x) + Spin(y - 1, x));
            }

            Assert.That(found[row], Is.EqualTo(Coupling * sum).Within(1e-12));
        }

        Assert.That(new IsingReward(3, 0.2).LogOf(Tensor.Full([1, 9], 2, DType.I64)).Item(), Is.EqualTo(0.2 * 36).Within(1e-5), "18 bonds, each twice");
    }

    [Test]
    public void ScoresOfGraphsAreTheDensitiesOfTheirVariables()
    {
        const long Seed = 8;
        TestContext.Out.WriteLine($"seed {Seed}");
        const int D = 4, N = 12;
        Tensor x = DagSamples.Draw(D, N, Key.FromSeed(Seed)).Samples;
        var score = new LinearGaussianScore(0.2, 1.5, 0.3);
        double[] table = score.Table(x);

        // The density in as many dimensions as there are samples, by the engine's own Cholesky factor.
        double Direct(int variable, int[] parents)
        {
            Tensor covariance = Tensor.Eye(N, DType.F64) * score.NoiseVariance, rest = x.At(1, variable);
            foreach (int parent in parents)
            {
                Tensor column = x.At(1, parent).Reshape([N, 1]);
                covariance += column.MatMul(column.Transpose()) * score.WeightVariance;
                rest -= x.At(1, parent) * score.WeightMean;
            }

            Tensor whitened = covariance.Cholesky().SolveTriangular(rest.Reshape([N, 1]));
            return -0.5 * (whitened.Square().Sum().Item() + covariance.LogDeterminant().Item() + (N * Math.Log(2 * Math.PI)));
        }

        for (int variable = 0; variable < D; variable++)
        {
            for (int set = 0; set < 1 << D; set++)
            {
                if (((set >> variable) & 1) == 1) continue;
                int[] parents = [.. Enumerable.Range(0, D).Where(i => ((set >> i) & 1) == 1)];
                Assert.That(table[(variable << D) + set], Is.EqualTo(Direct(variable, parents)).Within(1e-9));
            }
        }

        // A graph is worth the sum of its variables' scores.
        StateSpace space = StateSpace.Of(new Adjoint.Models.GFlowNets.Dag(D));
        foreach (DType dtype in (DType[])[DType.F64, DType.F32])
        {
            var reward = new DagScoreReward(D, table, dtype);
            double[] logs = reward.LogOf(space.Rows(space.Objects)).To(DType.F64).Read<double>();
            for (int graph = 0; graph < logs.Length; graph += 5)
            {
                double sum = 0;
                for (int variable = 0; variable < D; variable++)
                {
                    int set = 0;
                    for (int i = 0; i < D; i++) set |= (int)space[graph][(i * D) + variable] << i;
                    sum += table[(variable << D) + set];
                }

                Assert.That(logs[graph] + reward.LogRewardWithoutEdges, Is.EqualTo(sum).Within(dtype == DType.F64 ? 1e-10 : 1e-3));
            }

            Assert.That(logs[0], Is.Zero, "the graph without edges comes first");
        }
    }

    [Test]
    public void ThePosteriorOfManySamplesFindsTheEdgesThatAreThere()
    {
        const long Seed = 9;
        TestContext.Out.WriteLine($"seed {Seed}");
        const int D = 5;
        DagSamples drawn = DagSamples.Draw(D, 100, Key.FromSeed(Seed));
        StateSpace space = StateSpace.Of(new Adjoint.Models.GFlowNets.Dag(D));
        Assert.That(space.IndexOf([.. drawn.Graph.Read<long>(), .. space[0][..(D * D)]]), Is.EqualTo(drawn.Graph.Read<long>().Sum() == 0 ? 0 : -1), "a graph without its closure is no state");
        var target = new Target(space, new DagScoreReward(D, new LinearGaussianScore().Table(drawn.Samples), DType.F64));
        double[] edges = space.MeanCells(target.Probabilities)[..(D * D)];
        long[] graph = drawn.Graph.Read<long>();
        TestContext.Out.WriteLine(string.Join(" ", edges.Select(static p => p.ToString("F2", CultureInfo.InvariantCulture))));
        // Directions may be reversed within what data can tell, so edges are asked for either way round.
        double there = 0, absent = 0;
        int count = 0, others = 0;
        for (int i = 0; i < D; i++)
        {
            for (int j = i + 1; j < D; j++)
            {
                double either = edges[(i * D) + j] + edges[(j * D) + i];
                if (graph[(i * D) + j] + graph[(j * D) + i] == 1) (there, count) = (there + either, count + 1);
                else (absent, others) = (absent + either, others + 1);
            }
        }

        Assert.That(there / count, Is.GreaterThan(0.8));
        Assert.That(absent / others, Is.LessThan(0.4));
    }
}
