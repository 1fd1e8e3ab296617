using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>Checks on a device: a slot of device memory each, into which a kernel writes the first place at which it failed, such as the position of an index that is out of range.</summary>
sealed class DeviceFaults
{
    // Slots start with every byte at this value, a number above any place.
    const byte Untouched = 0x7F;
    const int UntouchedSlot = 0x7F7F7F7F;

    static readonly KernelReference IndexCheck = new("index_check");

    readonly ILaunchDevice device;
    readonly DeviceMemory memory;
    readonly List<DeviceFault> checks = [];
    readonly int[] slots;

    public DeviceFaults(DeviceBackend backend, int capacity)
    {
        device = backend.Launcher;
        slots = new int[capacity];
        memory = backend.AllocateMemory(capacity * sizeof(int));
        Clear();
    }

    /// <summary>Whether there is no slot left.</summary>
    public bool IsFull => checks.Count == slots.Length;

    /// <summary>The address of a slot for a fault.</summary>
    public ulong Watch(DeviceFault fault)
    {
        ulong slot = memory.Address + ((ulong)checks.Count * sizeof(int));
        checks.Add(fault);
        return slot;
    }

    /// <summary>Appends a check of indices to a queue.</summary>
    public void Check(LaunchQueue queue, string op, string role, Tensor indices, int lowest, int size)
    {
        ulong slot = Watch(new IndexFault(op, role, lowest, size));
        queue.Call(IndexCheck, indices.Count).Dense(indices).View(slot, 1).Value(indices.Count).Value((long)lowest).Value((long)size).Run();
    }

    /// <summary>Looks at all slots, and forgets the checks where they are not those of a plan.</summary>
    /// <exception cref="AdjointException">A kernel failed.</exception>
    public void Verify(bool forget)
    {
        if (checks.Count == 0) return;
        Span<int> used = slots.AsSpan(0, checks.Count);
        device.Read(memory.Address, System.Runtime.InteropServices.MemoryMarshal.AsBytes(used));
        int place = used.IndexOfAnyExcept(UntouchedSlot);
        DeviceFault? fault = place < 0 ? null : checks[place];
        if (forget) checks.Clear();
        if (fault is null) return;
        int code = used[place];
        Clear();
        throw fault.Describe(code);
    }

    void Clear() => device.Fill(memory.Address, Untouched, slots.Length * sizeof(int));
}
