using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>Checks of indices on a device: a slot of device memory each, into which a kernel writes the position of the first index that is out of range.</summary>
sealed class IndexFaults
{
    // Slots start with every byte at this value, a number above any position.
    const byte Untouched = 0x7F;
    const int UntouchedSlot = 0x7F7F7F7F;

    static readonly KernelReference Kernel = new("index_check");

    readonly ILaunchDevice device;
    readonly DeviceMemory memory;
    readonly List<(string Op, string Role, int Lowest, int Size)> checks = [];
    readonly int[] slots;

    public IndexFaults(DeviceBackend backend, int capacity)
    {
        device = backend.Launcher;
        slots = new int[capacity];
        memory = backend.AllocateMemory(capacity * sizeof(int));
        Clear();
    }

    /// <summary>Whether there is no slot left.</summary>
    public bool IsFull => checks.Count == slots.Length;

    /// <summary>Appends a check to a queue.</summary>
    public void Check(LaunchQueue queue, string op, string role, Tensor indices, int lowest, int size)
    {
        ulong slot = memory.Address + ((ulong)checks.Count * sizeof(int));
        checks.Add((op, role, lowest, size));
        queue.Call(Kernel, indices.Count).Dense(indices).View(slot, 1).Value(indices.Count).Value((long)lowest).Value((long)size).Run();
    }

    /// <summary>Looks at all slots, and forgets the checks where they are not those of a plan.</summary>
    /// <exception cref="ShapeException">An index was out of range.</exception>
    public void Verify(bool forget)
    {
        if (checks.Count == 0) return;
        Span<int> used = slots.AsSpan(0, checks.Count);
        device.Read(memory.Address, System.Runtime.InteropServices.MemoryMarshal.AsBytes(used));
        int fault = used.IndexOfAnyExcept(UntouchedSlot);
        var (op, role, lowest, size) = fault < 0 ? default : checks[fault];
        if (forget) checks.Clear();
        if (fault < 0) return;
        int position = used[fault];
        Clear();
        throw new ShapeException($"{op}: {role}[{position}] is outside {lowest}..{size - 1}. Check the data that the indices come from.");
    }

    void Clear() => device.Fill(memory.Address, Untouched, slots.Length * sizeof(int));
}
