namespace Adjoint;

/// <summary>
/// An array of numbers that is learned. Its memory is a stretch of the flat buffer of the <see cref="ParameterSet"/> it belongs to.
/// </summary>
public sealed class Parameter
{
    Tensor? value;
    Tensor? other;

    internal Parameter(string name, Shape shape, Initializer initializer)
    {
        Name = LocalName = name;
        Shape = shape;
        Initializer = initializer;
    }

    /// <summary>Name within its module; once the parameter belongs to a set, the full name, such as <c>layers.0.weight</c>.</summary>
    public string Name { get; private set; }

    /// <summary>Name within its module.</summary>
    internal string LocalName { get; }

    /// <summary>Sizes of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>What its numbers are at first.</summary>
    public Initializer Initializer { get; }

    /// <summary>The numbers: a leaf that derivatives can be taken by. The same tensor for life; updates rewrite its memory.</summary>
    /// <exception cref="LifetimeException">The parameter belongs to no set yet.</exception>
    public Tensor Value => other ?? value ?? throw new LifetimeException($"The parameter {Name} {Shape} has no memory yet. Make a ParameterSet of its outermost module before the first Forward.");

    /// <summary>Whether the parameter belongs to a set, and so has values.</summary>
    public bool IsBound => value is not null;

    /// <summary>Shows another tensor in place of the value, such as one with an axis of members in front, or the value again for null.</summary>
    internal void Show(Tensor? instead) => other = instead;

    internal void Bind(string fullName, Tensor leaf)
    {
        Name = fullName;
        value = leaf;
    }

    public override string ToString() => $"{Name} {Shape}";
}
