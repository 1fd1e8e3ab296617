namespace Adjoint.Models.GFlowNets;

/// <summary>What a policy says of a batch of states, before masks.</summary>
/// <param name="Forward">Logits of actions [rows, actions].</param>
/// <param name="Backward">Logits of ways back [rows, backward actions]; null where P_B is uniform.</param>
/// <param name="LogFlow">log F(s) [rows]; null where no objective asks for it.</param>
public sealed record PolicyHeads(Tensor Forward, Tensor? Backward, Tensor? LogFlow)
{
    /// <summary>The heads side by side [rows, <see cref="PolicyLayout.Width"/>]: what <see cref="PolicyLayout.Split"/> cuts.</summary>
    public Tensor Join()
    {
        List<Tensor> columns = [Forward];
        if (Backward is not null) columns.Add(Backward);
        if (LogFlow is not null) columns.Add(LogFlow.Unsqueeze(1));
        return columns.Count == 1 ? Forward : TensorMath.Concat([.. columns], 1);
    }
}

/// <summary>Sizes of what a policy gives for a state: one row of numbers, which the heads share.</summary>
/// <param name="Actions">Logits of P_F.</param>
/// <param name="BackwardActions">Logits of a learned P_B; 0 for the uniform one.</param>
/// <param name="HasFlow">Whether log F(s) is learned.</param>
public sealed record PolicyLayout(int Actions, int BackwardActions, bool HasFlow)
{
    /// <summary>Numbers of a row.</summary>
    public int Width => Actions + BackwardActions + (HasFlow ? 1 : 0);

    /// <summary>Rows [rows, <see cref="Width"/>] cut into heads.</summary>
    public PolicyHeads Split(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Tensor? backward = BackwardActions > 0 ? rows.Slice(1, Actions, Actions + BackwardActions) : null;
        Tensor? flow = HasFlow ? rows.Slice(1, Width - 1, Width).Squeeze(1) : null;
        return new(rows.Slice(1, 0, Actions), backward, flow);
    }

    /// <summary>1 where two columns belong to one head of log-probabilities, 0 elsewhere [<see cref="Width"/>, <see cref="Width"/>].</summary>
    public Tensor SameHead(DType type)
    {
        var same = new double[Width * Width];
        for (int i = 0; i < Actions + BackwardActions; i++)
        {
            for (int j = 0; j < Actions + BackwardActions; j++) same[(i * Width) + j] = (i < Actions) == (j < Actions) ? 1 : 0;
        }

        return Tensor.From(same, [Width, Width]).To(type);
    }
}

/// <summary>A network from states to logits and flows, with one trunk for all heads (gflownet specification, section 3.4).</summary>
public abstract class Policy(PolicyLayout layout) : Module
{
    /// <summary>The heads.</summary>
    public PolicyLayout Layout { get; } = layout;

    /// <summary>Floating-point operations of one state's forward pass; a gradient takes twice as many more.</summary>
    public abstract long FlopsPerState { get; }

    /// <summary>Rows [rows, <see cref="PolicyLayout.Width"/>] for states i64 [rows, cells].</summary>
    public abstract Tensor Forward(Tensor states);
}

/// <summary>
/// A policy that can take up a forward pass where it was left: what sampling computed at a state is not computed again for the gradient, which saves one of four passes.
/// </summary>
public abstract class RecallingPolicy(PolicyLayout layout) : Policy(layout)
{
    /// <summary>Widths of what <see cref="Compute"/> gives.</summary>
    public abstract IReadOnlyList<int> Widths { get; }

    /// <summary>Results of all layers, each [rows, width]; the last is that of <see cref="Forward"/>.</summary>
    public abstract Tensor[] Compute(Tensor states);

    /// <summary>
    /// The derivatives of <see cref="Forward"/> by all parameters, if they are those with which the results were computed. They are sums over the rows: those of parts of the rows may be added up.
    /// </summary>
    /// <param name="states">The states [rows, cells].</param>
    /// <param name="results">What <see cref="Compute"/> gave there.</param>
    /// <param name="cotangent">The derivative by the last of the results.</param>
    public abstract IReadOnlyDictionary<Parameter, Tensor> Gradients(Tensor states, Tensor[] results, Tensor cotangent);

    /// <inheritdoc/>
    public sealed override Tensor Forward(Tensor states) => Compute(states)[^1];

    /// <summary>The last of the results with the derivative that <see cref="Forward"/> has, if the parameters are those with which they were computed.</summary>
    public Tensor Recall(Tensor states, Tensor[] results)
    {
        Parameter[] parameters = [.. Parameters];
        return Autodiff.Custom("recall", _ => results[^1], (_, _, cotangent) => InOrder(Gradients(states, results, cotangent)), null, Array.ConvertAll(parameters, static one => one.Value));

        Tensor[] InOrder(IReadOnlyDictionary<Parameter, Tensor> gradients) => Array.ConvertAll(parameters, one => gradients[one]);
    }
}
