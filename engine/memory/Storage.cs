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

    /// <summary>A stretch of this memory as memory of its own.</summary>
    internal abstract Storage Part(int start, int bytes);

    /// <summary>Whether this is the stretch of another memory that begins at a byte.</summary>
    internal abstract bool IsPartOf(Storage whole, int start);

    /// <summary>Counts writes in place, so that a derivative can tell whether what it saved is still what it was.</summary>
    internal int Version { get; set; }
}
