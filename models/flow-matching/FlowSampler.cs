namespace Adjoint.Models.FlowMatching;

/// <summary>Draws images from a velocity network by integrating dx/dt = v from noise at t = 0 to an image at t = 1.</summary>
sealed class FlowSampler(VelocityNetwork network, OdeSolver solver, double guidance)
{
    // Recorded once a batch size; the weights are read anew by every replay.
    readonly PlannedFunction velocity = new(inputs => [Guided(network, inputs[0], inputs[1], inputs[2], guidance)]);

    /// <summary>Evaluations of the velocity so far.</summary>
    public int Evaluations => solver.Evaluations;

    /// <summary>Images in [-1, 1] for labels (i64 [count]), from noise [count, pixels].</summary>
    public Tensor Draw(Tensor noise, Tensor labels) =>
        solver.Integrate((t, x) => velocity.Run(x, Tensor.Scalar(t), labels)[0], noise);

    // v(none) + w (v(label) - v(none)), both in one batch; w = 1 needs the second alone.
    static Tensor Guided(VelocityNetwork network, Tensor x, Tensor time, Tensor labels, double weight)
    {
        int count = x.Shape[0];
        if (weight == 1) return network.Forward(x, time.Expand([count]), labels);
        Tensor none = Tensor.Full([count], network.NoLabel, DType.I64);
        Tensor both = network.Forward(TensorMath.Concat([x, x], 0), time.Expand([2 * count]), TensorMath.Concat([labels, none], 0));
        Tensor conditional = both.Slice(0, 0, count), unconditional = both.Slice(0, count, 2 * count);
        return unconditional + ((conditional - unconditional) * weight);
    }
}
