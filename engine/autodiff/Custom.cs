namespace Adjoint;

/// <summary>Reverse rule of a user's function: from its inputs, its output and the cotangent, a cotangent for each input (null is zero).</summary>
public delegate Tensor?[] CustomVjp(Tensor[] inputs, Tensor output, Tensor cotangent);

/// <summary>Forward rule of a user's function: from its inputs, its output and tangents (null is zero), the tangent of the output.</summary>
public delegate Tensor CustomJvp(Tensor[] inputs, Tensor output, Tensor?[] tangents);

public static partial class Autodiff
{
    /// <summary>
    /// A function with derivative rules of its own in place of those of the ops it is made of: for stable or cheaper formulas, or for
    /// estimators whose gradient is not the derivative. Rules are tensor expressions and can be differentiated again.
    /// </summary>
    /// <param name="name">For messages.</param>
    /// <param name="forward">The function of the inputs.</param>
    /// <param name="vjp">Reverse rule.</param>
    /// <param name="jvp">Forward rule; without it, forward mode through the function is an error.</param>
    /// <param name="inputs">Everything that derivatives shall flow to.</param>
    public static Tensor Custom(string name, Func<Tensor[], Tensor> forward, CustomVjp vjp, CustomJvp? jvp, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(forward);
        Tensor output;
        using (Tape.Recording(false)) output = forward(inputs);
        output = output.Alias(output.Layout);
        Tape.Record(new CustomRule(name, vjp, jvp), inputs, [output]);
        return output;
    }
}

/// <summary>The node that stands for a user's function on the tape; it is never run.</summary>
sealed record CustomRule(string Function, CustomVjp Reverse, CustomJvp? Forward) : TapeRule
{
    public override string Name => Function;

    public override Saves Saves => Saves.Inputs | Saves.Output;

    public override void Vjp(VjpRule rule)
    {
        Tensor?[] results = Reverse(Inputs(rule), rule.Result, rule.Cotangent);
        if (results.Length != rule.InputCount)
            throw new DerivativeException($"{Name}: its reverse rule returned {results.Length} cotangents for {rule.InputCount} inputs. Return one each, null for zero.");
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is not { } cotangent || !rule.Needs(i)) continue;
            if (cotangent.Shape != rule.InputShape(i))
                throw new DerivativeException($"{Name}: its reverse rule gave input {i} of shape {rule.InputShape(i)} a cotangent of shape {cotangent.Shape}. They must agree.");
            rule.Give(i, cotangent);
        }
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        if (Forward is null) throw new DerivativeException($"{Name}: no forward rule was given. Pass one to Custom, or use reverse mode.");
        var tangents = new Tensor?[rule.InputCount];
        for (int i = 0; i < tangents.Length; i++) tangents[i] = rule.Tangent(i);
        return Forward(Inputs(rule), rule.Result, tangents);
    }

    static Tensor[] Inputs(Saved rule)
    {
        var inputs = new Tensor[rule.InputCount];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = rule.Input(i);
        return inputs;
    }
}
