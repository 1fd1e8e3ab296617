namespace Adjoint;

/// <summary>
/// State of a module that is saved with its parameters but not learned, such as running statistics. Steps rewrite it, recorded ones too. It gets memory with the parameters, when a
/// <see cref="ParameterSet"/> is made of the outermost module.
/// </summary>
public sealed class ModuleBuffer
{
    readonly double first;
    readonly DType? type;
    Tensor? value;

    internal ModuleBuffer(string name, Shape shape, double first, DType? type)
    {
        Name = LocalName = name;
        Shape = shape;
        this.first = first;
        this.type = type;
    }

    /// <summary>Name within its module; once it has memory, the full name, such as <c>norm.running_mean</c>.</summary>
    public string Name { get; private set; }

    /// <summary>Name within its module.</summary>
    internal string LocalName { get; }

    /// <summary>Sizes of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>The numbers. The same tensor for life; derivatives do not flow to it.</summary>
    /// <exception cref="LifetimeException">It has no memory yet.</exception>
    public Tensor Value => value ?? throw new LifetimeException($"The buffer {Name} {Shape} has no memory yet. Make a ParameterSet of its outermost module before the first Forward.");

    internal bool IsBound => value is not null;

    internal void Bind(string fullName, DType floats, Device device)
    {
        using var outside = Step.Outside();
        Name = fullName;
        value = Tensor.Full(Shape, first, type ?? floats, device);
    }

    public override string ToString() => $"{Name} {Shape}";
}
