namespace Adjoint;

/// <summary>What a derivative rule may look at: the tensors that its op saved, and all shapes.</summary>
public abstract class Saved
{
    private protected Saved()
    {
    }

    private protected Node Node { get; set; } = null!;

    /// <summary>The first input.</summary>
    public Tensor X => Input(0);

    /// <summary>The second input.</summary>
    public Tensor Y => Input(1);

    /// <summary>The output.</summary>
    public Tensor Result => Fetch(Node.Outputs[0], "output");

    /// <summary>Number of inputs.</summary>
    public int InputCount => Node.Inputs.Length;

    /// <summary>An input that the op saves.</summary>
    public Tensor Input(int index) => Fetch(Node.Inputs[index], $"input {index}");

    /// <summary>An output of an op that saves its outputs.</summary>
    public Tensor Output(int index) => Fetch(Node.Outputs[index], $"output {index}");

    /// <summary>Shape of an input, saved or not.</summary>
    public Shape InputShape(int index) => Node.Inputs[index].Shape;

    /// <summary>How an input that the op saves lies in memory; unlike its values, this survives a write in place.</summary>
    internal Layout InputLayout(int index) => Node.Inputs[index].Saved!.Layout;

    /// <summary>Dtype of an input, saved or not.</summary>
    public DType InputType(int index) => Node.Inputs[index].DType;

    /// <summary>Shape of an output, saved or not.</summary>
    public Shape OutputShape(int index = 0) => Node.Outputs[index].Shape;

    Tensor Fetch(in Edge edge, string what)
    {
        if (edge.Saved is not { } tensor)
            throw new InvalidOperationException($"The derivative rule of {Node.Op!.Name} looks at its {what}, which its Saves does not name.");
        if (tensor.Storage.Version != edge.Version)
            throw new LifetimeException($"{Node.Op!.Name}: its {what} was overwritten in place after the op ran, so the derivative would be wrong. Take derivatives before updating, or Clone() it first.");
        return tensor;
    }
}

/// <summary>Arguments of a reverse rule: cotangents of the outputs come in, cotangents of the inputs go out.</summary>
public sealed class VjpRule : Saved
{
    Tensor?[] cotangents = [];
    Tensor?[] results = [];
    bool[] needed = [];

    /// <summary>Cotangent of the first output. Rules of ops with one output run only if it is not zero.</summary>
    public Tensor Cotangent => cotangents[0]!;

    /// <summary>Cotangent of an output; null is zero.</summary>
    public Tensor? CotangentOf(int output) => cotangents[output];

    /// <summary>Whether anything wants the cotangent of an input.</summary>
    public bool Needs(int input) => needed[input];

    /// <summary>Gives the cotangent of an input; it must have the input's shape.</summary>
    public void Give(int input, Tensor cotangent) => results[input] = cotangent;

    internal Tensor?[] Apply(Node node, Tensor?[] outputCotangents, bool[] wanted)
    {
        Node = node;
        cotangents = outputCotangents;
        needed = wanted;
        results = new Tensor?[node.Inputs.Length];
        node.Op!.Vjp(this);
        return results;
    }
}

/// <summary>Arguments of a forward rule: tangents of the inputs.</summary>
public sealed class JvpRule : Saved
{
    Tensor?[] tangents = [];

    /// <summary>Which output the rule is asked for.</summary>
    public int OutputIndex { get; private set; }

    /// <summary>Tangent of an input; null is zero.</summary>
    public Tensor? Tangent(int input) => tangents[input];

    internal Tensor? Apply(Node node, Tensor?[] inputTangents, int output)
    {
        Node = node;
        tangents = inputTangents;
        OutputIndex = output;
        return node.Op!.Jvp(this);
    }
}
