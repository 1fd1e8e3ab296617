using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Batches of states of an environment as tensors: masks and steps, which run inside plans and on devices.</summary>
/// <example><code>
/// Tensor states = Tensor.Zeros([16, environment.Cells], DType.I64);
/// Tensor logits = TensorMath.Where(environment.AllowedActions(states), policy(states), float.NegativeInfinity);
/// (states, Tensor waysBack) = environment.Step(states, generator.Categorical(logits));
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
