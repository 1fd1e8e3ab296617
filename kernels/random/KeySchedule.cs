using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// What all blocks of a draw whose counters share their upper half have in common, as whole registers in memory, from where operands cost nothing beside the
/// arithmetic. Word 1 of the counter and the stream are the same in all these blocks, so half of the first three rounds is; it is worked out once.
/// </summary>
[InlineArray(2 * Philox.Rounds)]
struct KeySchedule<W, F, D>
    where W : unmanaged, IWords<W, F, D>
    where F : struct, IRegister<F, float>
    where D : struct, IRegister<D, double>
{
    /// <summary>The first round that takes two keys as they are, which lie at twice its number and behind; before it lie what is left of three rounds.</summary>
    public const int Whole = 3;

    W first;

    /// <summary>Works out the constants for counters that agree with <paramref name="counter"/> in the upper half.</summary>
    public void Fill(Draw draw, ulong counter)
    {
        var key = new PhiloxKey(draw.Key);
        uint k0 = key.K0, k1 = key.K1;
        ulong product = (ulong)Philox.Multiplier1 * (uint)draw.Stream;
        uint word0 = (uint)(product >> 32) ^ (uint)(counter >> 32) ^ k0, word1 = (uint)product;
        this[0] = W.From((uint)(draw.Stream >> 32) ^ k1);

        Advance(ref k0, ref k1);
        product = (ulong)Philox.Multiplier0 * word0;
        this[1] = W.From(word1 ^ k0);
        this[2] = W.From((uint)(product >> 32) ^ k1);

        Advance(ref k0, ref k1);
        this[3] = W.From(k0);
        this[4] = W.From((uint)product ^ k1);

        for (int round = Whole; round < Philox.Rounds; round++)
        {
            Advance(ref k0, ref k1);
            this[2 * round] = W.From(k0);
            this[2 * round + 1] = W.From(k1);
        }
    }

    static void Advance(ref uint k0, ref uint k1)
    {
        k0 = unchecked(k0 + Philox.Step0);
        k1 = unchecked(k1 + Philox.Step1);
    }
}
