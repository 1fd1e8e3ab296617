namespace Adjoint;

/// <summary>Memory of an iteration on every device: what a step's tensors are cut from, free again when the step ends.</summary>
sealed class StepArena
{
    readonly HostArena host = new();
    (IBackend Backend, BlockArena Arena)[] devices = [];

    /// <summary>Rises when the memory is given back, so that handles from before can tell.</summary>
    public int Generation { get; private set; }

    /// <summary>Link in the list of current or of idle arenas.</summary>
    public StepArena? Next { get; set; }

    public HostStorage Allocate(int bytes) => host.Allocate(bytes, this);

    /// <summary>The arena of another device, made at its first use.</summary>
    public TArena Of<TArena>(IBackend backend, Func<TArena> make) where TArena : BlockArena
    {
        foreach (var (known, arena) in devices)
        {
            if (ReferenceEquals(known, backend)) return (TArena)arena;
        }

        TArena made = make();
        devices = [.. devices, (backend, made)];
        return made;
    }

    /// <summary>Checks that the step in which something was made has not ended.</summary>
    /// <param name="generation">The generation at which it was made.</param>
    /// <exception cref="LifetimeException">It has.</exception>
    public void RequireLive(int generation)
    {
        if (Generation != generation) ThrowStale();
    }

    static void ThrowStale() =>
        throw new LifetimeException("The tensor was made inside a step that has ended, and its memory is in use again. Call Keep() on it inside the step.");

    public void Reset()
    {
        Generation++;
        host.Reset();
        foreach (var (_, arena) in devices) arena.Reset();
    }
}
