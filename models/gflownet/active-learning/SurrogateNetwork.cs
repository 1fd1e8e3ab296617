namespace Adjoint.Models.GFlowNets;

/// <summary>A regression network with several answers to one question, whose spread is its uncertainty.</summary>
public abstract class SurrogateNetwork : Module
{
    /// <summary>How many batches a training step draws, one for each network in it.</summary>
    public virtual int Copies => 1;

    /// <summary>Answers of a training step [<see cref="Copies"/>, rows] for inputs [<see cref="Copies"/>, rows, features].</summary>
    public abstract Tensor Train(Tensor inputs);

    /// <summary>Several answers [answers, rows] to inputs [rows, features].</summary>
    public abstract Tensor Answers(Tensor inputs);

    /// <summary>The best single answer [rows], for inputs [rows, features].</summary>
    public abstract Tensor Answer(Tensor inputs);

    /// <summary>Draws what the answers of a round depend on.</summary>
    public abstract void Redraw(Key key);
}

/// <summary>
/// Layers of relu with dropout behind each (Gal, Ghahramani 2016). The answers are those of thinned networks: each mask holds for all objects, so that every answer is one function, and one mask costs no more
/// than a row. Mean and deviation at an object have the distribution that a mask of its own would give.
/// </summary>
public sealed class DropoutNetwork : SurrogateNetwork
{
    readonly Linear[] layers;
    readonly double rate;
    readonly Generator generator;
    readonly Tensor[] masks;

    /// <summary>Makes two hidden layers.</summary>
    /// <param name="features">Size of the input.</param>
    /// <param name="width">Size of a hidden layer.</param>
    /// <param name="rate">Probability that a hidden number is left out.</param>
    /// <param name="samples">Number of answers.</param>
    /// <param name="generator">Draws the masks of training.</param>
    public DropoutNetwork(int features, int width, double rate, int samples, Generator generator)
    {
        (this.rate, this.generator) = (Check.InRange(rate, 0, 0.99, "DropoutNetwork: rate"), generator);
        layers = [Child("first", new Linear(features, width)), Child("second", new Linear(width, width)), Child("last", new Linear(width, 1))];
        masks = [Tensor.Ones([samples, 1, width]), Tensor.Ones([samples, 1, width])];
    }

    /// <inheritdoc/>
    public override Tensor Train(Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Run(inputs, (hidden, _) => hidden * generator.DropMask(hidden.Shape, rate));
    }

    /// <inheritdoc/>
    public override Tensor Answers(Tensor inputs) => Run(inputs, (hidden, layer) => hidden * masks[layer]);

    /// <inheritdoc/>
    public override Tensor Answer(Tensor inputs) => Run(inputs, static (hidden, _) => hidden);

    /// <inheritdoc/>
    public override void Redraw(Key key)
    {
        var draws = new Generator(key);
        foreach (Tensor mask in masks) draws.DropMask(mask.Shape, rate).CopyInto(mask);
    }

    Tensor Run(Tensor inputs, Func<Tensor, int, Tensor> thin)
    {
        Tensor first = thin(layers[0].Forward(inputs).Relu(), 0);
        return layers[2].Forward(thin(layers[1].Forward(first).Relu(), 1)).Squeeze(-1);
    }
}

/// <summary>Networks of the same kind that start from different weights and see different batches (Lakshminarayanan et al. 2017).</summary>
public sealed class EnsembleNetwork : SurrogateNetwork
{
    readonly Ensemble<Mlp> members;

    /// <summary>Makes the members, of two hidden layers each.</summary>
    /// <param name="features">Size of the input.</param>
    /// <param name="width">Size of a hidden layer.</param>
    /// <param name="count">Number of members.</param>
    public EnsembleNetwork(int features, int width, int count) =>
        members = Child("members", new Ensemble<Mlp>(count, () => new Mlp([features, width, width, 1], Activation.Relu)));

    /// <inheritdoc/>
    public override int Copies => members.Members;

    /// <inheritdoc/>
    public override Tensor Train(Tensor inputs) => members.Forward(inputs).Squeeze(-1);

    /// <inheritdoc/>
    public override Tensor Answers(Tensor inputs) => members.Forward(inputs).Squeeze(-1);

    /// <inheritdoc/>
    public override Tensor Answer(Tensor inputs) => Answers(inputs).Mean(0);

    /// <inheritdoc/>
    public override void Redraw(Key key)
    {
    }
}
