namespace Adjoint.Bench;

/// <summary>cfm-2d: conditional flow matching, (2+1)-64-64-64-2 with SELU, batch 256, Adam 1e-3; the batch is drawn, noised and interpolated in the step.</summary>
sealed class FlowMatchingWorkload : Workload
{
    const int Batch = 256;

    readonly Mlp network = new([3, 64, 64, 64, 2], Activation.Selu);
    readonly ParameterSet parameters;
    readonly Adam optimizer;
    readonly Tensor points;

    public FlowMatchingWorkload(DType type) : base(type)
    {
        parameters = Weights("weights", network);
        optimizer = new Adam(parameters, 1e-3);
        points = Data("points", [100_000, 2]);
    }

    public override IReadOnlyList<ParameterSet> Parameters => [parameters];

    public override Tensor Step()
    {
        Tensor target = points.Select(0, Generator.Integers([Batch], 0, points.Shape[0]));
        Tensor noise = Noise([Batch, 2]), time = Generator.Uniform([Batch, 1]).To(Type);
        Tensor between = ((1 - time) * noise) + (time * target);
        Tensor velocity = network.Forward(TensorMath.Concat([between, time], 1));
        Tensor loss = Losses.MeanSquaredError(velocity, target - noise);
        optimizer.Update(loss);
        return loss;
    }
}
