using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>The blocks of a draw, as <see cref="Philox"/> makes them: the same words on every device.</summary>
static class PhiloxDraw
{
    /// <summary>Block number <paramref name="index"/> of the draw at a generator's state, i64 [2] of key and counter in device memory.</summary>
    public static PhiloxBlock Block(ArrayView<long> state, long index)
    {
        ulong key = (ulong)state[0], counter = (ulong)(state[1] + index);
        uint c0 = (uint)counter, c1 = (uint)(counter >> 32), c2 = 0, c3 = 0;
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            uint high0 = Words.MultiplyHigh(Philox.Multiplier0, c0), low0 = Philox.Multiplier0 * c0;
            uint high1 = Words.MultiplyHigh(Philox.Multiplier1, c2), low1 = Philox.Multiplier1 * c2;
            c0 = high1 ^ c1 ^ k0;
            c1 = low1;
            c2 = high0 ^ c3 ^ k1;
            c3 = low0;
            k0 += Philox.Step0;
            k1 += Philox.Step1;
        }

        return new(c0, c1, c2, c3);
    }

    /// <summary>A word of a block, 0 to 3.</summary>
    public static uint Word(PhiloxBlock block, int place) => place == 0 ? block.W0 : place == 1 ? block.W1 : place == 2 ? block.W2 : block.W3;

    /// <summary>The first 64-bit number of a block, words 0 (low half) and 1.</summary>
    public static ulong First(PhiloxBlock block) => ((ulong)block.W1 << 32) | block.W0;

    /// <summary>The second one, words 2 and 3.</summary>
    public static ulong Second(PhiloxBlock block) => ((ulong)block.W3 << 32) | block.W2;
}

/// <summary>The blocks of a draw at a generator's state in device memory.</summary>
readonly struct DeviceBlocks(ArrayView<long> state) : IBlockSource
{
    readonly ArrayView<long> state = state;

    public PhiloxBlock Block(long index) => PhiloxDraw.Block(state, index);
}
