namespace Adjoint;

/// <summary>An entropic transport plan of a batch of problems and its potentials: log P = (f + g - cost) / ε.</summary>
/// <param name="LogPlan">[..., n, m]</param>
/// <param name="RowPotential">f [..., n]</param>
/// <param name="ColumnPotential">g [..., m]</param>
public sealed record TransportPlan(Tensor LogPlan, Tensor RowPotential, Tensor ColumnPotential)
{
    /// <summary>The plan itself, whose columns sum to their marginals.</summary>
    public Tensor Plan => LogPlan.Exp();
}

/// <summary>
/// Entropic optimal transport min ⟨P, C⟩ + ε Σ P (log P - 1) over plans of given marginals, by Sinkhorn's iterations on logarithms: nothing underflows, however small ε. Cuturi 2013; Peyré, Cuturi,
/// Computational Optimal Transport, 4.4.
/// </summary>
public static class Sinkhorn
{
    /// <summary>The plan after a fixed number of iterations; differentiable through them, and at home in plans.</summary>
    /// <param name="cost">[..., n, m]</param>
    /// <param name="epsilon">Strength of the entropy, in units of the cost.</param>
    /// <param name="iterations">Updates of both potentials.</param>
    /// <param name="rowMarginals">[..., n] or [n]; 1/n each by default.</param>
    /// <param name="columnMarginals">[..., m] or [m]; 1/m each by default.</param>
    /// <exception cref="ShapeException">The cost has fewer than two axes, or a marginal does not fit.</exception>
    public static TransportPlan Solve(Tensor cost, double epsilon, int iterations, Tensor? rowMarginals = null, Tensor? columnMarginals = null)
    {
        Check.AtLeast(iterations, 1, "Sinkhorn iterations");
        var problem = new Problem(cost, epsilon, rowMarginals, columnMarginals);
        for (int i = 0; i < iterations; i++) problem.Update();
        return problem.Result();
    }

    /// <summary>The plan at which the row marginals are met within a tolerance; reads that on the host every few updates.</summary>
    /// <inheritdoc cref="Solve"/>
    /// <param name="cost">[..., n, m]</param>
    /// <param name="epsilon">Strength of the entropy, in units of the cost.</param>
    /// <param name="tolerance">Largest Σ |row sum - marginal| of any problem.</param>
    /// <param name="maxIterations">Updates after which it gives up.</param>
    /// <param name="rowMarginals">[..., n] or [n]; 1/n each by default.</param>
    /// <param name="columnMarginals">[..., m] or [m]; 1/m each by default.</param>
    /// <exception cref="SolverException">The tolerance is not met.</exception>
    /// <exception cref="PlanException">Inside a recorded step.</exception>
    public static TransportPlan Converge(Tensor cost, double epsilon, double tolerance = 1e-6, int maxIterations = 10_000, Tensor? rowMarginals = null, Tensor? columnMarginals = null)
    {
        const int Between = 10;
        Recorder.Forbid("Sinkhorn.Converge looks at the marginals on the host", "Use Solve with fixed iterations inside plans.");
        var problem = new Problem(cost, epsilon, rowMarginals, columnMarginals);
        for (int i = 1; i <= maxIterations; i++)
        {
            problem.Update();
            if ((i % Between == 0 || i == maxIterations) && problem.RowError() <= tolerance) return problem.Result();
        }

        throw new SolverException($"sinkhorn: {maxIterations} iterations did not meet the marginals within {tolerance:G3}. Use a larger epsilon or more iterations.");
    }

    /// <summary>
    /// The least value [...] of the problem, by its dual ⟨a, f⟩ + ⟨b, g⟩ - ε. Its derivatives are those at the optimum (by the cost the plan, by marginals the potentials), with no tape
    /// through the iterations: exact in so far as these have converged.
    /// </summary>
    /// <inheritdoc cref="Solve"/>
    public static Tensor Value(Tensor cost, double epsilon, int iterations, Tensor? rowMarginals = null, Tensor? columnMarginals = null)
    {
        TransportPlan plan;
        using (Autodiff.Pause()) plan = Solve(cost, epsilon, iterations, rowMarginals, columnMarginals);
        Tensor f = plan.RowPotential.Detach(), g = plan.ColumnPotential.Detach();
        Tensor Side(Tensor potential, Tensor? marginals) => marginals is null ? potential.Mean(-1) : (potential * marginals).Sum(-1);
        Tensor mass = ((f.Unsqueeze(-1) + g.Unsqueeze(-2) - cost) / epsilon).Exp().Sum([-2, -1]);
        return Side(f, rowMarginals) + Side(g, columnMarginals) - (mass * epsilon);
    }

    // Potentials over ε. The cost is kept in both orders, so that both sums run along rows.
    sealed class Problem
    {
        readonly double epsilon;
        readonly Tensor byRows;
        readonly Tensor byColumns;
        readonly Tensor logRows;
        readonly Tensor logColumns;
        Tensor u;
        Tensor v;

        public Problem(Tensor cost, double epsilon, Tensor? rowMarginals, Tensor? columnMarginals)
        {
            ArgumentNullException.ThrowIfNull(cost);
            Require.Float("sinkhorn", cost);
            Require.MinimumRank("sinkhorn", "the cost", cost, 2);
            this.epsilon = Check.InRange(epsilon, double.Epsilon, double.MaxValue, "Sinkhorn epsilon");
            byRows = cost * (-1 / epsilon);
            byColumns = byRows.Transpose().Contiguous();
            logRows = Marginals("row", cost, rowMarginals, -2);
            logColumns = Marginals("column", cost, columnMarginals, -1);
            u = Tensor.Zeros([.. cost.Shape[..^1]], cost.DType, cost.Device);
            v = Tensor.Zeros([.. cost.Shape[..^2], cost.Shape[-1]], cost.DType, cost.Device);
        }

        static Tensor Marginals(string side, Tensor cost, Tensor? marginals, int axis)
        {
            if (cost.Shape[axis] == 0) throw new ShapeException($"sinkhorn: the cost {cost.Shape} has no {side}s. Check for empty input before.");
            if (marginals is null) return Tensor.Full(Shape.Scalar, -Math.Log(cost.Shape[axis]), cost.DType, cost.Device);
            Shape all = axis == -2 ? [.. cost.Shape[..^1]] : [.. cost.Shape[..^2], cost.Shape[-1]];
            Require.BroadcastsTo("sinkhorn", $"the {side} marginals", marginals.Shape, all);
            return marginals.Log();
        }

        public void Update()
        {
            u = logRows - (byRows + v.Unsqueeze(-2)).LogSumExp(-1);
            v = logColumns - (byColumns + u.Unsqueeze(-2)).LogSumExp(-1);
        }

        public double RowError()
        {
            using var pause = Autodiff.Pause();
            Tensor sums = (byRows + u.Unsqueeze(-1) + v.Unsqueeze(-2)).Exp().Sum(-1);
            return (sums - logRows.Exp()).Abs().Sum(-1).Max().Item();
        }

        public TransportPlan Result() => new(byRows + u.Unsqueeze(-1) + v.Unsqueeze(-2), u * epsilon, v * epsilon);
    }
}
