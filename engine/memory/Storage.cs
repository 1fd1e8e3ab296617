namespace Adjoint;

/// <summary>Memory behind one or more tensors, on one device.</summary>
public abstract class Storage(Device device, int bytes)
{
    /// <summary>The most bytes that one storage may hold: below 2 GiB by what alignment and the array header need.</summary>
    public const int MaxBytes = int.MaxValue & -128;

    /// <summary>Where the memory is.</summary>
    public Device Device { get; } = device;

    /// <summary>Usable size.</summary>
    public int Bytes { get; } = bytes;

    /// <summary>Address of the first byte, where kernels of the device see it; the host does not.</summary>
    /// <exception cref="DeviceException">The memory is the host's.</exception>
    /// <exception cref="LifetimeException">The memory belonged to a step that has ended.</exception>
    internal virtual ulong DeviceAddress => throw new DeviceException($"The values of a tensor on {Device} are not in the memory of a device that launches kernels. Copy it with To(device).");

    /// <summary>Whether the memory belongs to an iteration, which will end.</summary>
    internal virtual bool IsBorrowed => false;

    /// <summary>Keeps the memory at its address from now on, for plans, which hand addresses to their kernels.</summary>
    internal virtual void Fix()
    {
    }

    /// <summary>Checks that the iteration to which the memory belongs has not ended.</summary>
    /// <exception cref="LifetimeException">It has.</exception>
    internal virtual void RequireLive()
    {
    }

    /// <summary>A stretch of this memory as memory of its own.</summary>
    internal abstract Storage Part(int start, int bytes);

    /// <summary>Whether this is the stretch of another memory that begins at a byte.</summary>
    internal abstract bool IsPartOf(Storage whole, int start);

    /// <summary>Counts writes in place, so that a derivative can tell whether what it saved is still what it was.</summary>
    internal int Version { get; set; }
}
