using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// A key of the counter-based random generator (Philox 4x32-10). Keys are values: the same key always gives the same numbers, on every device and for any number of
/// threads, and independent streams come from splitting it.
/// </summary>
public readonly record struct Key(ulong Value)
{
    /// <summary>The key of a seed given by a user.</summary>
    public static Key FromSeed(long seed) => new(Philox.Fold(0, unchecked((ulong)seed)));

    /// <summary>The independent key of a number.</summary>
    public Key Split(int index) => new(Philox.Split(Value, unchecked((ulong)index)));

    /// <summary>The independent key of a name: "weights", "noise". Names make a program's streams independent of the order of its calls.</summary>
    public Key Split(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong key = Philox.Fold(Value, (ulong)name.Length);
        foreach (char letter in name) key = Philox.Fold(key, letter);
        return new Key(key);
    }
}
