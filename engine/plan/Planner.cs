namespace Adjoint;

/// <summary>Turns a recording into what is replayed, pass by pass; a replay gives the same bits as the recorded ops one by one.</summary>
static class Planner
{
    /// <summary>Runs all passes.</summary>
    public static Draft Draft(Recorder recorder, Tensor[] results)
    {
        var draft = new Draft(recorder.Instructions, recorder.Born, results);
        DeadCode.Remove(draft);
        CommonSubexpressions.Merge(draft);
        Constants.Hoist(draft);
        OuterProducts.Rewrite(draft);
        MatMulEpilogues.Apply(draft);
        PackInPlace.Apply(draft);
        Fusion.Apply(draft);
        PackInPlace.RemoveEmpty(draft);
        ResidentOperands.Count(draft);
        return draft;
    }
}
