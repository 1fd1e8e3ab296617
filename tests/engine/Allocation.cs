namespace Adjoint.Tests;

/// <summary>Managed bytes that an action allocates on its thread, every time.</summary>
static class Allocation
{
    const int Tries = 5;

    /// <summary>The least over a few runs: what the runtime allocates once, when a lock is first contended or a method recompiled, is not the action's.</summary>
    public static long Of(Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Tries && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
