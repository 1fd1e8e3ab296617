namespace Adjoint;

/// <summary>Parameters that optimisers treat in their own way. They lie side by side in the flat buffer.</summary>
public sealed class ParameterGroup
{
    readonly Func<string, Parameter, bool> selects;

    /// <summary>The parameters whose full name the predicate accepts.</summary>
    public ParameterGroup(Predicate<string> names, double learningRateScale = 1, double? weightDecay = null)
        : this((name, _) => names(name), learningRateScale, weightDecay)
    {
    }

    /// <summary>The parameters of a module within the model.</summary>
    public ParameterGroup(Module module, double learningRateScale = 1, double? weightDecay = null)
        : this(Members(module), learningRateScale, weightDecay)
    {
    }

    ParameterGroup(Func<string, Parameter, bool> selects, double learningRateScale, double? weightDecay)
    {
        this.selects = selects;
        LearningRateScale = Check.InRange(learningRateScale, 0, double.MaxValue, "Learning rate scale");
        WeightDecay = weightDecay is { } decay ? Check.InRange(decay, 0, double.MaxValue, "Weight decay") : null;
    }

    /// <summary>Factor on the optimiser's learning rate; 0 freezes the group.</summary>
    public double LearningRateScale { get; }

    /// <summary>Weight decay in place of the optimiser's; null leaves it.</summary>
    public double? WeightDecay { get; }

    internal bool Selects(string name, Parameter parameter) => selects(name, parameter);

    static Func<string, Parameter, bool> Members(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var members = new HashSet<Parameter>(module.Parameters);
        return (_, parameter) => members.Contains(parameter);
    }
}

/// <summary>A stretch of the flat buffer that one group takes up.</summary>
/// <param name="Group">The group.</param>
/// <param name="Start">First element.</param>
/// <param name="Length">Elements, gaps between parameters included.</param>
public readonly record struct ParameterRange(ParameterGroup Group, int Start, int Length);
