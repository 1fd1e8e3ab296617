namespace Adjoint;

/// <summary>One step of an explicit rule on a state of several tensors.</summary>
static class OdeStep
{
    /// <summary>The state a step on; fills <paramref name="slopes"/>, one list a stage. The first stage is taken as it is where it is there already.</summary>
    public static Tensor[] Advance(OdeMethod method, SystemField field, double t, double step, Tensor[] x, Tensor[]?[] slopes)
    {
        for (int stage = 0; stage < method.Nodes.Length; stage++)
        {
            if (stage == 0 && slopes[0] is not null) continue;
            Tensor[] at = stage == 0 ? x : Moved(x, slopes, method.Stages[stage], step);
            slopes[stage] = field(t + (method.Nodes[stage] * step), at);
            if (stage == method.Nodes.Length - 1 && method.EndsWithSlope) return at;
        }

        return Moved(x, slopes, method.Weights, step);
    }

    /// <summary>x + step·Σ weight·slope</summary>
    public static Tensor[] Moved(Tensor[] x, Tensor[]?[] slopes, double[] weights, double step)
    {
        var moved = new Tensor[x.Length];
        for (int i = 0; i < x.Length; i++) moved[i] = Combined(slopes, i, weights, step) is { } change ? x[i] + change : x[i];
        return moved;
    }

    /// <summary>step·Σ weight·slope of one tensor of the state; null where all weights are zero.</summary>
    public static Tensor? Combined(Tensor[]?[] slopes, int tensor, double[] weights, double step)
    {
        Tensor? sum = null;
        for (int stage = 0; stage < weights.Length; stage++)
        {
            if (weights[stage] == 0) continue;
            Tensor term = slopes[stage]![tensor] * (weights[stage] * step);
            sum = sum is null ? term : sum + term;
        }

        return sum;
    }
}
