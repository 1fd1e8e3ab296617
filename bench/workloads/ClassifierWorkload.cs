namespace Adjoint.Bench;

/// <summary>mlp-16 and mlp-256: a classifier inputs-256-256-10 (or other hidden widths) with ReLU, cross-entropy and Adam 1e-3 on one batch.</summary>
sealed class ClassifierWorkload : Workload
{
    readonly Mlp network;
    readonly ParameterSet parameters;
    readonly Adam optimizer;
    readonly Tensor inputs;
    readonly Tensor classes;

    public ClassifierWorkload(int batch, int width, DType type, int hidden = 256) : base(type)
    {
        network = new Mlp([width, hidden, hidden, 10], Activation.Relu);
        parameters = Weights("weights", network);
        optimizer = new Adam(parameters, 1e-3);
        inputs = Data("inputs", [batch, width]);
        classes = new Generator(Key.Split("classes")).Integers([batch], 0, 10).Keep();
    }

    public override IReadOnlyList<ParameterSet> Parameters => [parameters];

    public override Tensor Step()
    {
        Tensor loss = Losses.CrossEntropy(network.Forward(inputs), classes);
        optimizer.Update(loss);
        return loss;
    }
}
