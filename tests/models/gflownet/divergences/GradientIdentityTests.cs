using Adjoint.Kernels;
using Adjoint.Models.GFlowNets;
using NUnit.Framework;

namespace Adjoint.Tests.GFlowNets;


/// <summary>
/// The identity that gives f-trajectory balance its name: with samples of the model, the expected gradient of the loss is the gradient of D_f(model ‖ target). Expectations are sums over all objects or all
/// trajectories; the gradient of D_f is the engine's, of f as the table writes it (f-trajectory-balance specification, sections 3.2, 3.6 and 5, E1).
/// </summary>
sealed class GradientIdentityTests
{
    const double LargestRelativeError = 1e-8;
    const long Seed = 29;

    static IEnumerable<DivergenceFormula> Smooth => DivergenceFormula.Smooth;

    [TestCaseSource(nameof(Smooth))]
    public void OnACategoricalModel(DivergenceFormula formula)
    {
        var generator = new Generator(Key.FromSeed(Seed));
        Tensor logits = generator.Normal([6], DType.F64).Variable(), logQ = generator.Normal([6], DType.F64).LogSoftmax(), logP = logits.LogSoftmax();
        FDivergence divergence = formula.Make();
        Tensor ratios = logP - logQ, weights = logP.Detach().Exp();
        Tensor expected = Autodiff.Gradient((logQ.Exp() * formula.Generator(ratios.Exp())).Sum(), logits, keepGraph: true);

        // A loss is the mean over a batch, so that of one object is its own.
        Tensor surrogate = Sum(6, i => weights.Slice(0, i, i + 1) * divergence.Loss(ratios.Slice(0, i, i + 1)));
        CheckClose(Autodiff.Gradient(surrogate, logits, keepGraph: true), expected, formula.ToString());
        Tensor slopes = divergence.Slope(ratios.Detach());
        CheckClose(Autodiff.Gradient((weights * slopes * logP).Sum(), logits), expected, $"{formula}, by slopes");
    }

    [TestCaseSource(nameof(Smooth))]
    public void OnAllTrajectoriesOfAGrid(DivergenceFormula formula)
    {
        foreach (bool learnsBackward in (bool[])[false, true])
        {
            GridCase grid = new(learnsBackward);
            Tensor logP = grid.Terms.LogForward.Sum(0), q = Tensor.From(grid.Target);
            Tensor expected = grid.ForwardGradient((q * formula.Generator(logP.Exp() / q)).Sum());
            Tensor found = grid.ForwardGradient(grid.Expected(formula, logP.Detach().Exp()));
            CheckClose(found, expected, $"{formula}, learned P_B {learnsBackward}");

            // Off the policy the gradient is another.
            Tensor uniform = Tensor.Full([grid.Target.Length], 1.0 / grid.Target.Length, DType.F64);
            Assert.That(Error(grid.ForwardGradient(grid.Expected(formula, uniform)), expected), Is.GreaterThan(0.01), $"{formula} off the policy");
        }
    }

    /// <summary>§3.6: with trajectories drawn backward from the target, the gradient by P_B is that of D_h(P_B ‖ P_F), where h belongs to 2 - α if f belongs to α.</summary>
    [TestCase(0)]
    [TestCase(0.5)]
    [TestCase(0.75)]
    [TestCase(1)]
    [TestCase(1.2)]
    [TestCase(2)]
    [TestCase(-1)]
    public void BackwardTrajectoriesTeachTheBackwardPolicyTheDualDivergence(double alpha)
    {
        GridCase grid = new(learnsBackward: true);
        DivergenceFormula formula = OfAlpha(alpha), dual = OfAlpha(2 - alpha);
        Tensor p = grid.Terms.LogForward.Sum(0).Exp().Detach(), logQ = grid.Terms.LogBackward.Sum(0) + grid.Terms.LogReward - grid.LogZ;
        Tensor expected = grid.BackwardGradient((p * dual.Generator(logQ.Exp() / p)).Sum());
        CheckClose(grid.BackwardGradient(grid.Expected(formula, logQ.Detach().Exp())), expected, $"α {alpha}");
    }

    /// <summary>Summing trajectories to objects loses no more than it must: D_f of the objects is at most that of the trajectories.</summary>
    [TestCaseSource(nameof(Smooth))]
    public void TheDivergenceOfTrajectoriesBoundsThatOfObjects(DivergenceFormula formula)
    {
        GridCase grid = new(learnsBackward: true);
        using var pause = Autodiff.Pause();
        Tensor p = grid.Terms.LogForward.Sum(0).Exp(), q = Tensor.From(grid.Target), objects = grid.Objects;
        double ofTrajectories = (q * formula.Generator(p / q)).Sum().Item();
        Tensor pOfObjects = p.AddAt(0, objects, 16), qOfObjects = q.AddAt(0, objects, 16);
        double ofObjects = (qOfObjects * formula.Generator(pOfObjects / qOfObjects)).Sum().Item();
        Assert.That(ofObjects, Is.Positive.And.LessThan(ofTrajectories));
    }

    /// <summary>§3.2, claim B: where the model is the target nothing pulls it away, whatever the trajectories; anywhere else there is a loss.</summary>
    [TestCaseSource(nameof(Smooth))]
    public void AtTheTargetTheGradientIsZeroForAnyTrajectories(DivergenceFormula formula)
    {
        GridCase grid = new(learnsBackward: true);
        Tensor weights = new Generator(Key.FromSeed(Seed + 1)).Uniform([grid.Target.Length], dtype: DType.F64).Softmax();
        Assert.That(grid.Expected(formula, weights).Detach().Item(), Is.GreaterThan(0.01));
        grid.MoveToTarget();
        Tensor loss = grid.Expected(formula, weights);
        Assert.That(loss.Detach().Item(), Is.LessThan(1e-14));
        Assert.That(Autodiff.Gradients(loss, grid.Model.Parameters.Values).Max(static one => one.Abs().Max().Item()), Is.LessThan(1e-13));
    }

    static DivergenceFormula OfAlpha(double alpha) => DivergenceFormula.Smooth.FirstOrDefault(one => one.Alpha == alpha) ?? DivergenceFormula.Family(alpha);

    static void CheckClose(Tensor found, Tensor expected, string name)
    {
        double error = Error(found, expected);
        TestContext.Out.WriteLine($"{name}: relative error {error:G3}, seed {Seed}");
        Assert.That(error, Is.LessThan(LargestRelativeError), $"{name}, seed {Seed}");
        Assert.That(expected.Abs().Max().Item(), Is.GreaterThan(1e-3), name);
    }

    static double Error(Tensor found, Tensor expected) => (found.Detach() - expected.Detach()).Abs().Max().Item() / expected.Detach().Abs().Max().Item();

    static Tensor Sum(int count, Func<int, Tensor> term)
    {
        Tensor sum = term(0).Sum();
        for (int i = 1; i < count; i++) sum += term(i).Sum();
        return sum;
    }

    /// <summary>A table of random numbers on the grid 4 × 4, with all 69 trajectories.</summary>
    sealed class GridCase
    {
        readonly PathBatch batch;
        readonly double[] reward;

        public GridCase(bool learnsBackward)
        {
            var environment = new Hypergrid(2, 4);
            reward = (new Generator(Key.FromSeed(Seed)).Normal([16], DType.F64) * 0.8).Exp().Read<double>();
            Model = new GraphModel<Hypergrid>(environment, reward, new PolicyLayout(environment.Actions, learnsBackward ? environment.BackwardActions : 0, false));
            Model.Scatter(Seed, 0.4);
            LogZ = Math.Log(reward.Sum());
            Model.LogZ = LogZ;
            batch = new PathBatch(Model.Graph, Model.Graph.Paths());
            Terms = Model.Terms(ObjectiveNeeds.None, batch);
            double[] logForward = Terms.LogForward.Detach().Sum(0).Read<double>();
            var plain = new PlainTrajectories(Model.Graph, batch.Paths, Model.Rows, reward, LogZ, Model.Policy.Layout.BackwardActions);
            Target = [.. batch.Paths.Select((path, i) => Math.Exp(logForward[i] - plain.LogRatio(path) - LogZ))];
            Assert.That(Target.Sum(), Is.EqualTo(1).Within(1e-12), "P_B(τ | x) R(x)/Z sums to one");
        }

        public GraphModel<Hypergrid> Model { get; }

        public double LogZ { get; }

        public TrajectoryTerms Terms { get; private set; }

        /// <summary>P_B(τ | x) R(x)/Z.</summary>
        public double[] Target { get; }

        /// <summary>The number of each trajectory's object.</summary>
        public Tensor Objects => Tensor.From<long>([.. batch.Paths.Select(static path => (long)path.Object)]);

        /// <summary>The loss of f-trajectory balance, expected under weights that count as numbers.</summary>
        public Tensor Expected(DivergenceFormula formula, Tensor weights)
        {
            var objective = new DivergenceBalance(formula.Make(), learnsLogZ: true);
            return Sum(Target.Length, i => weights.Slice(0, i, i + 1) * objective.Loss(new TrajectoryTerms(
                Terms.HasAction.Slice(1, i, i + 1), Terms.LogForward.Slice(1, i, i + 1), Terms.LogBackward.Slice(1, i, i + 1), Terms.LogReward.Slice(0, i, i + 1)) { LogZ = Terms.LogZ }));
        }

        public Tensor ForwardGradient(Tensor loss) => Gradient(loss).Slice(1, 0, 3);

        public Tensor BackwardGradient(Tensor loss) => Gradient(loss).Slice(1, 3, 5);

        /// <summary>Writes the exact flow under the table's own P_B.</summary>
        public void MoveToTarget()
        {
            double[][] rows = Model.Rows;
            double[][] backward = [.. rows.Select((row, state) => Shares(Model.Graph.Parents[state], row))];
            var exact = new PlainFlow(Model.Graph, reward, backward);
            for (int state = 0; state < rows.Length; state++)
            {
                foreach (GraphEdge edge in Model.Graph.Edges[state]) rows[state][edge.Action] = Math.Log(exact.Forward[state][edge.Action]);
            }

            Model.Rows = rows;
            Terms = Model.Terms(ObjectiveNeeds.None, batch);
        }

        static double[] Shares(List<GraphParent> parents, double[] row)
        {
            double sum = parents.Sum(parent => Math.Exp(row[3 + parent.Back]));
            var shares = new double[2];
            foreach (GraphParent parent in parents) shares[parent.Back] = Math.Exp(row[3 + parent.Back]) / sum;
            return shares;
        }

        Tensor Gradient(Tensor loss) => Autodiff.Gradient(loss, Model.Parameters["policy.table.weight"].Value, keepGraph: true);
    }
}
