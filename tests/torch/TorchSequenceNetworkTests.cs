using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Ten training steps of networks over sequences, and with the further optimisers, against PyTorch, run op by op and replayed from a plan.</summary>
[TestFixture]
public static class TorchSequenceNetworkTests
{
    [Test]
    public static void Encoder_layer_follows_torch([Values] bool normFirst, [Values] bool planned, [Values] AttentionMemory memory)
    {
        string name = normFirst ? "encoder_pre" : "encoder_post";
        var block = new TransformerEncoderLayer(8, 2, 16, normFirst ? Activation.Gelu : Activation.Relu, normFirst, memory: memory);
        var head = new Linear(8, 1);
        ParameterSet parameters = TorchTraining.Load(name, new Composite(("block", block), ("head", head)));
        TorchTraining.Follow(name, new Adam(parameters, 5e-3, epsilon: 1e-3), planned, batch => Losses.MeanSquaredError(head.Forward(block.Forward(batch["x"])).Squeeze(-1), batch["y"]));
    }

    [Test]
    public static void Gated_recurrent_unit_follows_torch([Values] bool planned)
    {
        var cells = new Gru(3, 6);
        Recurrent("gru_network", cells, planned);
    }

    [Test]
    public static void Long_short_term_memory_follows_torch([Values] bool planned) => Recurrent("lstm_network", new Lstm(3, 6), planned);

    [Test]
    public static void Lion_follows_its_reference([Values] bool planned) => Regression("lion", set => new Lion(set, 3e-3, weightDecay: 0.1), planned);

    [Test]
    public static void RmsProp_follows_torch([Values] bool planned)
    {
        Regression("rmsprop", set => new RmsProp(set, 1e-3, 0.9, weightDecay: 0.01), planned);
        Regression("rmsprop_momentum", set => new RmsProp(set, 5e-4, momentum: 0.8), planned);
        Regression("rmsprop_centred", set => new RmsProp(set, 2e-4, 0.9, 1e-3, centred: true), planned);
    }

    [Test]
    public static void Adagrad_follows_torch([Values] bool planned) => Regression("adagrad", set => new Adagrad(set, 1e-2), planned);

    // The last steps lie within the rounding of losses in f32, where a line search may take either of two ways: weights are compared in f64.
    [TestCase(DType.F32)]
    [TestCase(DType.F64)]
    public static void LBfgs_follows_torch(DType type)
    {
        var model = new WeightVector(4);
        var parameters = new ParameterSet(model, Key.FromSeed(0), type);
        parameters.Load(Fixture.Networks.Under("lbfgs/initial/").ToDictionary(static one => one.Key, one => one.Value.To(type)));
        var optimizer = new LBfgs(parameters, iterationsPerStep: 2, historySize: 3);
        Tensor x = Fixture.Networks["lbfgs/data/x"].To(type), t = Fixture.Networks["lbfgs/data/t"].To(type);
        double[] losses = new double[6];
        for (int step = 0; step < losses.Length; step++)
            losses[step] = optimizer.Step(() => Losses.BinaryCrossEntropyWithLogits(x.MatMul(model.Weight.Value), t) + (0.05 * model.Weight.Value.Square().Sum()));
        Fixture.AssertClose(Tensor.From(losses).To(DType.F32), Fixture.Networks["lbfgs/losses"], "loss");
        Fixture.AssertClose(model.Weight.Value.To(DType.F32), Fixture.Networks["lbfgs/final/weight"], "final weight", type == DType.F32 ? 2e-4 : 1e-5);
    }

    static void Recurrent(string name, Layer cells, bool planned)
    {
        var head = new Linear(6, 1);
        ParameterSet parameters = TorchTraining.Load(name, new Composite(("cells", cells), ("head", head)));
        TorchTraining.Follow(name, new Adam(parameters, 1e-2), planned, batch => Losses.MeanSquaredError(head.Forward(cells.Forward(batch["x"]).At(1, -1)).Squeeze(-1), batch["y"]));
    }

    static void Regression(string name, Func<ParameterSet, Optimizer> make, bool planned)
    {
        var model = new Mlp([5, 8, 1], Activation.Tanh);
        TorchTraining.Follow(name, make(TorchTraining.Load(name, model)), planned, batch => Losses.MeanSquaredError(model.Forward(batch["x"]).Squeeze(-1), batch["y"]));
    }

    sealed class WeightVector : Module
    {
        public WeightVector(int size) => Weight = Add("weight", [size], Initializers.Zeros);

        public Parameter Weight { get; }
    }
}
