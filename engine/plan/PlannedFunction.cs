namespace Adjoint;

/// <summary>
/// A function of tensors that is recorded at its first call for each combination of input shapes and dtypes, and replayed afterwards. Inputs are copied into the plan,
/// so that batches and learning rates may change from call to call.
/// </summary>
public sealed class PlannedFunction(Func<Tensor[], Tensor[]> function)
{
    readonly List<(Tensor[] Inputs, Plan Plan)> plans = [];

    /// <summary>Number of shape combinations recorded so far.</summary>
    public int PlanCount => plans.Count;

    /// <summary>Runs the function. The results are overwritten by the next run with the same shapes.</summary>
    public ReadOnlySpan<Tensor> Run(params ReadOnlySpan<Tensor> inputs)
    {
        foreach (var (slots, plan) in plans)
        {
            if (!Matches(slots, inputs)) continue;
            for (int i = 0; i < slots.Length; i++) Fill(slots[i], inputs[i]);
            plan.Run();
            return plan.Outputs;
        }

        var own = new Tensor[inputs.Length];
        for (int i = 0; i < own.Length; i++) own[i] = inputs[i].Keep();
        Plan fresh = Plan.Record(() => function(own));
        plans.Add((own, fresh));
        return fresh.Outputs;
    }

    static bool Matches(Tensor[] slots, ReadOnlySpan<Tensor> inputs)
    {
        if (slots.Length != inputs.Length) return false;
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i].Shape != inputs[i].Shape || slots[i].DType != inputs[i].DType || slots[i].Device != inputs[i].Device) return false;
        }

        return true;
    }

    static void Fill(Tensor slot, Tensor input)
    {
        slot.Storage.Version++;
        Backends.Of(slot.Device).Run(new CopyInto(slot.Shape, slot.DType), [input], [slot]);
    }
}
