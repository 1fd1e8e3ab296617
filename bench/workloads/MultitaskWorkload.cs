namespace Adjoint.Bench;

/// <summary>multitask-16: a trunk 1024-512-512 with ReLU and 16 scalar heads, summed squared error, batch 128, Adam 1e-3.</summary>
sealed class MultitaskWorkload : Workload
{
    const int Batch = 128, Rows = 4096, Tasks = 16;

    readonly Mlp trunk = new([1024, 512, 512], Activation.Relu, Activation.Relu);
    readonly Linear[] heads = [.. Enumerable.Range(0, Tasks).Select(static _ => new Linear(512, 1))];
    readonly ParameterSet parameters;
    readonly Adam optimizer;
    readonly Tensor inputs;
    readonly Tensor targets;

    public MultitaskWorkload(DType type) : base(type)
    {
        parameters = Weights("weights", new Composite([("trunk", trunk), .. heads.Select(static (head, i) => ($"head.{i}", (Module)head))]));
        optimizer = new Adam(parameters, 1e-3);
        inputs = Data("inputs", [Rows, 1024]);
        targets = Data("targets", [Rows, Tasks]);
    }

    public override IReadOnlyList<ParameterSet> Parameters => [parameters];

    public override Tensor Step()
    {
        Tensor rows = Generator.Integers([Batch], 0, Rows);
        Tensor features = trunk.Forward(inputs.Select(0, rows)), expected = targets.Select(0, rows);
        Tensor loss = Tensor.Scalar(0, Type);
        for (int i = 0; i < Tasks; i++)
            loss += Losses.MeanSquaredError(heads[i].Forward(features).Squeeze(1), expected.Slice(1, i, i + 1).Squeeze(1));
        optimizer.Update(loss);
        return loss;
    }
}
