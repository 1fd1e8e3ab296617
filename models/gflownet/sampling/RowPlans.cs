using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>One step for several numbers of rows: a plan for each number that was met, and the indices (i64 [rows]) that it reads.</summary>
sealed class RowPlans
{
    readonly Dictionary<int, (Tensor[] Indices, Plan Plan)> plans = [];

    /// <summary>The plan for a number of rows, to be run on those indices; null if none was recorded yet.</summary>
    public Plan? Find(int rows, params ReadOnlySpan<long[]> indices)
    {
        if (!plans.TryGetValue(rows, out (Tensor[] Indices, Plan Plan) found)) return null;
        for (int i = 0; i < indices.Length; i++) found.Indices[i].Write<long>(indices[i].AsSpan(0, rows));
        return found.Plan;
    }

    /// <summary>Takes the step on those indices, and records it.</summary>
    public Plan Record(int rows, Func<Tensor[], Tensor[]> step, params ReadOnlySpan<long[]> indices)
    {
        var own = new Tensor[indices.Length];
        for (int i = 0; i < own.Length; i++) own[i] = Tensor.From<long>(indices[i][..rows]).Keep();
        Plan plan = Plan.Record(() => step(own));
        plans.Add(rows, (own, plan));
        return plan;
    }

    /// <summary>Takes the step on those indices.</summary>
    public Plan Run(int rows, Func<Tensor[], Tensor[]> step, params ReadOnlySpan<long[]> indices)
    {
        if (Find(rows, indices) is not { } plan) return Record(rows, step, indices);
        plan.Run();
        return plan;
    }
}
