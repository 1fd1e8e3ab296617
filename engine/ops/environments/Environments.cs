using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Batches of states of an environment as tensors: masks and steps, which run inside plans and on devices.</summary>
/// <example><code>
/// Tensor states = Tensor.Zeros([16, environment.Cells], DType.I64);
/// Tensor logits = TensorMath.Where(environment.AllowedActions(states), policy(states), float.NegativeInfinity);
/// (states, Tensor waysBack) = environment.Step(states, generator.Categorical(logits));
/// // The same with less work, and a hundredth of the steps uniform:
/// (states, waysBack) = environment.Step(states, environment.Draw(generator, states, policy(states), Tensor.Full([1], 0.01, DType.F32), Tensor.Ones([1])));
/// </code></example>
public static class Environments
{
    /// <summary>Which actions each state (i64 [rows, cells]) allows: bool [rows, actions].</summary>
    /// <exception cref="ShapeException">The states have another number of cells.</exception>
    public static Tensor AllowedActions<TEnvironment>(this TEnvironment environment, Tensor states) where TEnvironment : unmanaged, IEnvironment =>
        Dispatch.Run(new AllowedActions<TEnvironment>(environment, false), states.Contiguous());

    /// <summary>Which ways back each state (i64 [rows, cells]) has: bool [rows, backward actions].</summary>
    /// <inheritdoc cref="AllowedActions{TEnvironment}" path="/exception"/>
    public static Tensor AllowedBack<TEnvironment>(this TEnvironment environment, Tensor states) where TEnvironment : unmanaged, IEnvironment =>
        Dispatch.Run(new AllowedActions<TEnvironment>(environment, true), states.Contiguous());

    /// <summary>The states behind one action (i64 [rows]) each, and the ways back, -1 for an action that leaves the graph. An action of -1 changes nothing.</summary>
    /// <exception cref="ShapeException">A state does not allow its action, or shapes do not fit.</exception>
    public static (Tensor States, Tensor WaysBack) Step<TEnvironment>(this TEnvironment environment, Tensor states, Tensor actions) where TEnvironment : unmanaged, IEnvironment =>
        Pair(Dispatch.RunMany(new StepStates<TEnvironment>(environment, false), states.Contiguous(), actions.Contiguous()));

    /// <summary>The parents on one way back (i64 [rows]) each, and the actions that lead from there. A way of -1 changes nothing.</summary>
    /// <exception cref="ShapeException">A state does not have its way back, or shapes do not fit.</exception>
    public static (Tensor States, Tensor Actions) StepBack<TEnvironment>(this TEnvironment environment, Tensor states, Tensor waysBack) where TEnvironment : unmanaged, IEnvironment =>
        Pair(Dispatch.RunMany(new StepStates<TEnvironment>(environment, true), states.Contiguous(), waysBack.Contiguous()));

    /// <summary>
    /// An action (i64 [rows]) for each state: with probability ε uniform over those that the state allows, otherwise from softmax(β · logits) over them. -1 where a state allows none.
    /// </summary>
    /// <param name="environment">The rules.</param>
    /// <param name="generator">Gives the randomness: one uniform number a state, then one of Gumbel's a logit.</param>
    /// <param name="states">i64 [rows, cells].</param>
    /// <param name="logits">[rows, actions].</param>
    /// <param name="exploration">ε, f32 [1].</param>
    /// <param name="inverseTemperature">β [1], of the logits' dtype.</param>
    /// <param name="gates">i64 [rows], below 0 for states that draw nothing, -1; null if all draw.</param>
    /// <exception cref="ShapeException">Shapes do not fit the states or the environment.</exception>
    /// <exception cref="DTypeException">The logits are no floats, or another operand has another dtype.</exception>
    public static Tensor Draw<TEnvironment>(
        this TEnvironment environment, Generator generator, Tensor states, Tensor logits, Tensor exploration, Tensor inverseTemperature, Tensor? gates = null) where TEnvironment : unmanaged, IEnvironment
    {
        ArgumentNullException.ThrowIfNull(generator);
        Tensor scores = logits.Detach();
        if (scores.Rank != 2 || scores.Layout.Strides[1] != 1) scores = scores.Contiguous();
        ReadOnlySpan<Tensor> operands = [states.Contiguous(), scores, exploration.Contiguous(), inverseTemperature.Contiguous()];
        return generator.Draw(new DrawActions<TEnvironment>(environment), gates is null ? operands : [.. operands, gates.Contiguous()]);
    }

    static (Tensor First, Tensor Second) Pair(Tensor[] two) => (two[0], two[1]);
}

/// <summary>What ops on states ask of them.</summary>
static class EnvironmentChecks
{
    public static void RequireStates(string op, Tensor states, int cells)
    {
        Require.Type(op, "the states", states, DType.I64);
        if (states.Rank != 2 || states.Shape[1] != cells)
            throw new ShapeException($"{op}: states {states.Shape} are not [rows, {cells}]. Pass one row of {cells} cells for each state.");
    }
}
