namespace Adjoint;

/// <summary>
/// One iteration of a loop. Tensors made between <see cref="Begin"/> and the end of the <c>using</c> live in an arena that is given back
/// as a whole, so a loop of any length holds flat memory and nobody disposes temporaries. <see cref="TensorMath.Keep"/> carries a tensor out.
/// </summary>
/// <example><code>
/// for (int i = 0; i &lt; steps; i++)
/// {
///     using var step = Step.Begin();
///     Tensor loss = Loss(model, batch);
///     optimizer.Update(loss);
/// }
/// </code></example>
public readonly struct Step : IDisposable
{
    [ThreadStatic] static StepArena? current;
    [ThreadStatic] static StepArena? idle;

    readonly StepArena arena;

    Step(StepArena arena) => this.arena = arena;

    /// <summary>Starts an iteration on this thread; iterations may nest.</summary>
    public static Step Begin()
    {
        StepArena arena = idle ?? new StepArena();
        idle = arena.Next;
        arena.Next = current;
        current = arena;
        return new Step(arena);
    }

    /// <summary>Ends the iteration: its tensors may no longer be used.</summary>
    public void Dispose()
    {
        if (arena is null || !ReferenceEquals(current, arena))
            throw new LifetimeException("Steps ended out of order. End the inner step, on the thread that began it, before the outer one.");
        current = arena.Next;
        arena.Reset();
        arena.Next = idle;
        idle = arena;
    }

    /// <summary>The arena of the current step, if there is one.</summary>
    internal static StepArena? Current => current;

    /// <summary>Memory from the current step's arena, or collected memory outside of steps.</summary>
    internal static HostStorage Allocate(int bytes) => current is { } arena ? arena.Allocate(bytes) : HostStorage.Allocate(bytes);

    /// <summary>Leaves the current step's arena for a while: what is allocated until disposal lives on.</summary>
    internal static OutsideScope Outside()
    {
        var scope = new OutsideScope(current);
        current = null;
        return scope;
    }

    internal readonly struct OutsideScope(StepArena? previous) : IDisposable
    {
        public void Dispose() => current = previous;
    }
}
