using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;

/// <summary>Every environment against its contract and against counts in closed form.</summary>
[NonParallelizable]
sealed class EnvironmentTests
{
    static void CheckAll<TEnvironment>(TEnvironment environment, int states, int objects) where TEnvironment : unmanaged, IEnvironment
    {
        StateSpace space = StateSpace.Of(environment);
        Assert.That(space.Count, Is.EqualTo(states), "states");
        Assert.That(space.Objects.Length, Is.EqualTo(objects), "finished objects");
        EnvironmentRules.CheckAllStates(environment, space);
    }

    static int Sum(int letters, int length) => Enumerable.Range(0, length + 1).Sum(i => Power(letters, i));

    static int Power(int x, int exponent) => (int)Math.Pow(x, exponent);

    [TestCase(1, 2)]
    [TestCase(2, 5)]
    [TestCase(3, 4)]
    public void AGridHasAllItsPointsAndAllAreObjects(int dimensions, int side) =>
        CheckAll(new Hypergrid(dimensions, side), Power(side, dimensions), Power(side, dimensions));

    [TestCase(1, 1)]
    [TestCase(1, 3)]
    [TestCase(4, 2)]
    [TestCase(3, 4)]
    public void StringsFromLeftToRightAreATree(int length, int letters) => CheckAll(new AutoregressiveString(length, letters), Sum(letters, length), Power(letters, length));

    [TestCase(1, 1)]
    [TestCase(1, 3)]
    [TestCase(4, 2)]
    [TestCase(3, 3)]
    public void StringsInAnyOrderHaveEveryPartAsAState(int length, int letters) => CheckAll(new PositionString(length, letters), Power(letters + 1, length), Power(letters, length));

    [TestCase(1, 1)]
    [TestCase(1, 3)]
    [TestCase(4, 2)]
    [TestCase(3, 4)]
    [TestCase(5, 1)]
    public void StringsThatGrowAtBothEndsAreAllShorterStrings(int length, int letters) => CheckAll(new PrependAppendString(length, letters), Sum(letters, length), Power(letters, length));

    [TestCase(2)]
    [TestCase(3)]
    public void SpinsAreSetInAnyOrder(int side) => CheckAll(new IsingTorus(side), Power(3, side * side), Power(2, side * side));

    // OEIS A003024, by Robinson's recurrence.
    [TestCase(1, 1)]
    [TestCase(2, 3)]
    [TestCase(3, 25)]
    [TestCase(4, 543)]
    public void GraphsWithoutCyclesAreAsManyAsCombinatoricsSays(int variables, int graphs) => CheckAll(new Dag(variables), graphs, graphs);

    [Test]
    public void ThereAre29281GraphsOverFiveVariables() => Assert.That(StateSpace.Of(new Dag(5)).Count, Is.EqualTo(29281));

    [Test]
    public void TheClosureOfAGraphIsThatOfItsPathsAndTheMaskForbidsWhatWouldCloseACycle()
    {
        const int D = 4;
        StateSpace space = StateSpace.Of(new Dag(D));
        for (int index = 0; index < space.Count; index++)
        {
            // Warshall's algorithm on the adjacency.
            ReadOnlySpan<long> state = space[index];
            var reaches = new bool[D, D];
            for (int i = 0; i < D * D; i++) reaches[i / D, i % D] = state[i] == 1;
            for (int k = 0; k < D; k++)
            {
                for (int i = 0; i < D; i++)
                {
                    for (int j = 0; j < D; j++) reaches[i, j] |= reaches[i, k] && reaches[k, j];
                }
            }

            for (int i = 0; i < D * D; i++)
            {
                (int from, int to) = (i / D, i % D);
                Assert.That(state[(D * D) + i] == 1, Is.EqualTo(reaches[from, to]));
                bool fits = from != to && state[i] == 0 && !reaches[to, from];
                Assert.That(space.Child(index, i) >= 0, Is.EqualTo(fits));
            }
        }
    }

    [Test]
    public void OrdersOfWritingGiveEveryObjectItsNumberOfTrajectories()
    {
        // The number of paths to a state: one in a tree, a multinomial on a grid, a factorial where any position may come next, and the sum of parents' where strings grow at both ends.
        Assert.That(Paths(StateSpace.Of(new AutoregressiveString(3, 2))), Has.All.EqualTo(1));
        Assert.That(Paths(StateSpace.Of(new PositionString(4, 2))), Has.All.EqualTo(24));
        StateSpace grid = StateSpace.Of(new Hypergrid(2, 4));
        Assert.That(Paths(grid)[grid.ObjectOf(grid.IndexOf([3, 2]))], Is.EqualTo(10));
        Assert.That(Paths(StateSpace.Of(new PrependAppendString(5, 2))), Has.All.EqualTo(16));
        StateSpace graphs = StateSpace.Of(new Dag(3));
        Assert.That(Paths(graphs)[^1], Is.EqualTo(6), "three edges in any order");
    }

    static long[] Paths(StateSpace space)
    {
        var paths = new long[space.Count];
        paths[0] = 1;
        for (int state = 0; state < space.Count; state++)
        {
            for (int action = 0; action < space.Actions; action++)
            {
                if (space.Child(state, action) is >= 0 and int child) paths[child] += paths[state];
            }
        }

        return Array.ConvertAll(space.Objects.ToArray(), state => paths[state]);
    }

    [Test]
    public void WalksThroughLargeEnvironmentsComeBackTheWayTheyWent()
    {
        EnvironmentRules.CheckWalks(new Hypergrid(4, 20), 1);
        EnvironmentRules.CheckWalks(new AutoregressiveString(8, 4), 2);
        EnvironmentRules.CheckWalks(new PositionString(15, 256), 3, walks: 4);
        EnvironmentRules.CheckWalks(new PrependAppendString(5, 11), 4);
        EnvironmentRules.CheckWalks(new IsingTorus(6), 5);
        EnvironmentRules.CheckWalks(new Dag(8), 6);
    }

    [Test]
    public void RulesGiveTheSameBitsOnTheSimulatorAsOnTheCpu()
    {
        // Those whose rules have loops over the state's own numbers; the others are one line each.
        CompareWithSimulator(new Dag(4));
        CompareWithSimulator(new PrependAppendString(3, 3));
        CompareWithSimulator(new AutoregressiveString(3, 3));
    }

    static void CompareWithSimulator<TEnvironment>(TEnvironment environment) where TEnvironment : unmanaged, IEnvironment
    {
        StateSpace space = StateSpace.Of(environment);
        var generator = new Generator(Key.FromSeed(7));
        int[] rows = Array.ConvertAll(generator.Integers([12], 0, space.Count).Read<long>(), static row => (int)row);
        long[] Pick(Tensor mask, int columns) => [.. mask.To(DType.I64).Reshape([rows.Length, columns]).Read<long>().Chunk(columns).Select(static line => (long)Array.LastIndexOf(line, 1L))];
        long[] actions = Pick(environment.AllowedActions(space.Rows(rows)), environment.Actions), ways = Pick(environment.AllowedBack(space.Rows(rows)), environment.BackwardActions);
        (bool[] Allowed, bool[] Back, long[][] Steps) Run()
        {
            Tensor states = space.Rows(rows);
            (Tensor next, Tensor back) = environment.Step(states, Tensor.From(actions));
            (Tensor before, Tensor taken) = environment.StepBack(states, Tensor.From(ways));
            return (environment.AllowedActions(states).Read<bool>(), environment.AllowedBack(states).Read<bool>(), [next.Read<long>(), back.Read<long>(), before.Read<long>(), taken.Read<long>()]);
        }

        var onHost = Run();
        using IDisposable device = Gpu.SimulatorBackend.Use();
        var simulated = Run();
        Assert.That(simulated.Allowed, Is.EqualTo(onHost.Allowed));
        Assert.That(simulated.Back, Is.EqualTo(onHost.Back));
        Assert.That(simulated.Steps, Is.EqualTo(onHost.Steps));
    }

    [Test]
    public void RulesCompileForEveryTargetWithNoDevicePresent()
    {
        using var compiler = new KernelCompiler();
        foreach (Type environment in (Type[])[typeof(Hypergrid), typeof(AutoregressiveString), typeof(PositionString), typeof(PrependAppendString), typeof(IsingTorus), typeof(Dag)])
        {
            foreach (string name in (string[])["environment_allowed", "environment_step"])
            {
                Kernel kernel = KernelTable.Find(name).With(environment);
                foreach (KernelTarget target in kernel.Description.Targets)
                {
                    KernelImage image = compiler.Compile(kernel, target);
                    Assert.That(image.Text, Does.Contain($".entry {kernel.Name}("));
                    Assert.That(image.Text, Does.Not.Contain(".local"), $"{kernel.Name}: numbers of a state stay where they are");
                }
            }
        }
    }

    [Test]
    public void SizesThatMakeNoEnvironmentAreErrors()
    {
        Assert.That(static () => new AutoregressiveString(0, 4), Throws.TypeOf<SettingException>());
        Assert.That(static () => new PositionString(4, 0), Throws.TypeOf<SettingException>());
        Assert.That(static () => new PrependAppendString(-1, 2), Throws.TypeOf<SettingException>());
        Assert.That(static () => new IsingTorus(1), Throws.TypeOf<SettingException>());
        Assert.That(static () => new Dag(0), Throws.TypeOf<SettingException>());
        Assert.That(static () => StateSpace.Of(new Hypergrid(4, 20), limit: 1000), Throws.TypeOf<SettingException>().With.Message.Contains("1000"));
    }
}
