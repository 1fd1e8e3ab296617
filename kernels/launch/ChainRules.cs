namespace Adjoint.Kernels;

/// <summary>What a chain must be like, so that mistakes show where a chain is made and not in a compiler.</summary>
static class ChainRules
{
    static readonly Type[] Numbers = [typeof(float), typeof(double), typeof(int), typeof(long)];

    /// <summary>Checks operands, types and outputs.</summary>
    /// <exception cref="ArgumentException">Something is wrong; the message names the step.</exception>
    public static void Check(IReadOnlyList<ChainInput> inputs, IReadOnlyList<ChainStep> steps)
    {
        List<Type> values = [.. inputs.Select(static input => input.Element)];
        var outputs = new HashSet<int>();
        foreach (ChainStep step in steps)
        {
            if (Fault(step, values) is { } fault) throw new ArgumentException($"Chain: step {values.Count - inputs.Count} ({step.Kind}) {fault}.", nameof(steps));
            if (step.Output >= 0 && !outputs.Add(step.Output)) throw new ArgumentException($"Chain: two steps write output {step.Output}. Number outputs from 0.", nameof(steps));
            values.Add(step.Element);
        }

        if (outputs.Count == 0 || outputs.Max() != outputs.Count - 1) throw new ArgumentException("Chain: outputs are not numbered from 0 without gaps. Does any step write one?", nameof(steps));
        if (values.Find(static type => type != typeof(byte) && !Numbers.Contains(type)) is { } odd)
            throw new ArgumentException($"Chain: elements of type {odd.Name}. Use float, double, int, long, or byte for bool.", nameof(steps));
    }

    static string? Fault(ChainStep step, List<Type> values)
    {
        if (Math.Min(step.X, Math.Min(step.Y, step.Z)) < 0 || Math.Max(step.X, Math.Max(step.Y, step.Z)) >= values.Count) return "has an operand that does not precede it";
        Type x = values[step.X], y = values[step.Y], z = values[step.Z];
        return step.Kind switch
        {
            ChainStepKind.Unary when !Is<IUnaryOperator>(step) => "has no unary operator",
            ChainStepKind.Unary when x != step.Element || !Numbers.Contains(x) => "needs an operand of its own type, a number",
            ChainStepKind.Binary when !Is<IBinaryOperator>(step) => "has no binary operator",
            ChainStepKind.Binary when x != step.Element || y != x || !Numbers.Contains(x) => "needs two operands of its own type, numbers",
            ChainStepKind.Compare when !Is<IComparison>(step) => "has no comparison",
            ChainStepKind.Compare when x != y || step.Element != typeof(byte) => "needs two operands of one type and gives bool",
            ChainStepKind.Where when x != typeof(byte) || y != step.Element || z != step.Element => "needs a bool and two operands of its own type",
            ChainStepKind.Copy when x != step.Element => "needs an operand of its own type",
            ChainStepKind.Where or ChainStepKind.Cast or ChainStepKind.Copy when step.Operator is not null => "has an operator, which its kind has not",
            _ => null,
        };
    }

    static bool Is<T>(ChainStep step) => step.Operator is { IsValueType: true } && typeof(T).IsAssignableFrom(step.Operator);
}
