namespace Adjoint.Kernels;

/// <summary>The two key words of Philox 4x32.</summary>
public readonly struct PhiloxKey(uint k0, uint k1)
{
    /// <summary>A key from 64 bits: word 0 is the low half.</summary>
    public PhiloxKey(ulong key) : this((uint)key, (uint)(key >> 32))
    {
    }

    public uint K0 { get; } = k0;

    public uint K1 { get; } = k1;
}

/// <summary>The four words of one Philox block, or of one counter.</summary>
public readonly record struct PhiloxBlock(uint W0, uint W1, uint W2, uint W3);

/// <summary>
/// Philox 4x32-10: a keyed bijection of 128-bit counters whose outputs pass as random. Salmon, Moraes, Dror, Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011, section 3.3 and table 2.
/// </summary>
public static class Philox
{
    public const int Rounds = 10;

    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;

    // Fractions of the golden ratio and of the square root of three: the key's step from round to round.
    internal const uint Step0 = 0x9E3779B9;
    internal const uint Step1 = 0xBB67AE85;

    const ulong SplitStream = ulong.MaxValue;
    const ulong FoldStream = ulong.MaxValue - 1;

    /// <summary>The block that <paramref name="counter"/> becomes under <paramref name="key"/>.</summary>
    public static PhiloxBlock Block(PhiloxKey key, PhiloxBlock counter)
    {
        var (c0, c1, c2, c3) = counter;
        uint k0 = key.K0, k1 = key.K1;
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0, p1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(p1 >> 32) ^ c1 ^ k0;
            c1 = (uint)p1;
            c2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c3 = (uint)p0;
            k0 = unchecked(k0 + Step0);
            k1 = unchecked(k1 + Step1);
        }

        return new(c0, c1, c2, c3);
    }

    /// <summary>Block number <paramref name="index"/> of a draw: the counter's 64 bits are words 0 and 1, the stream's words 2 and 3.</summary>
    public static PhiloxBlock Block(Draw draw, ulong index)
    {
        ulong counter = unchecked(draw.Counter + index);
        return Block(new PhiloxKey(draw.Key), new PhiloxBlock((uint)counter, (uint)(counter >> 32), (uint)draw.Stream, (uint)(draw.Stream >> 32)));
    }

    /// <summary>Child number <paramref name="index"/> of a key: its draws are independent of the parent's and of every sibling's.</summary>
    public static ulong Split(ulong key, ulong index) => Derive(key, index, SplitStream);

    /// <summary>The key bound to a piece of data such as a step number. Differs from every <see cref="Split"/> of the same key.</summary>
    public static ulong Fold(ulong key, ulong data) => Derive(key, data, FoldStream);

    static ulong Derive(ulong key, ulong index, ulong stream)
    {
        var block = Block(new Draw(key, 0, stream), index);
        return ((ulong)block.W1 << 32) | block.W0;
    }
}
