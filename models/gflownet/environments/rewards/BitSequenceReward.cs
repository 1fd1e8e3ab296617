using System.Numerics;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Strings of bits, worth more the nearer they are to one of some modes by Hamming distance (Malkin et al. 2022, section 5.2). For <see cref="AutoregressiveString"/> and <see cref="PositionString"/> with
/// 2^wordBits letters. A mode counts as found once a string within a radius was drawn.
/// </summary>
public sealed class BitSequenceReward : IReward, IModes
{
    const int ChunkBits = 64;

    readonly int bits;
    readonly int wordBits;
    readonly int radius;
    readonly BitSequenceScale scale;
    readonly ulong[][] packed;
    readonly Tensor spinsOfWord;
    readonly Tensor modeSpins;

    /// <summary>The reward of words of some bits; its tables lie on the default device.</summary>
    /// <param name="modes">Where the reward is highest.</param>
    /// <param name="wordBits">Bits of a letter, 1 to 16.</param>
    /// <param name="scale">How distance becomes reward.</param>
    /// <param name="dtype">F32 or F64, the dtype of log R.</param>
    /// <param name="radius">A mode is found by a string at a smaller distance: 30 in gfnx, 31 in gflownet-rl (which takes 30 as well), 28 in the paper.</param>
    /// <exception cref="SettingException">Words do not divide the strings, or a number is out of range.</exception>
    public BitSequenceReward(BitModes modes, int wordBits, BitSequenceScale scale, DType dtype = DType.F32, int radius = 30)
    {
        ArgumentNullException.ThrowIfNull(modes);
        BitModes.RequireWords(modes.Bits, wordBits);
        Check.InRange(scale.Slope, double.Epsilon, double.MaxValue, "BitSequenceReward: slope");
        (bits, this.wordBits, this.scale) = (modes.Bits, wordBits, scale);
        this.radius = Check.AtLeast(radius, 1, "BitSequenceReward: radius");
        packed = [.. modes.States(wordBits).Read<long>().Chunk(bits / wordBits).Select(state => Pack(state))];
        var words = new double[1 << wordBits, wordBits];
        for (int word = 0; word < 1 << wordBits; word++)
        {
            for (int bit = 0; bit < wordBits; bit++) words[word, bit] = BitOf(word, bit) ? 1 : -1;
        }

        var spins = new double[bits, packed.Length];
        for (int mode = 0; mode < packed.Length; mode++)
        {
            for (int bit = 0; bit < bits; bit++) spins[bit, mode] = modes.Strings[mode][bit] ? 1 : -1;
        }

        spinsOfWord = Tensor.From(words).To(dtype);
        modeSpins = Tensor.From(spins).To(dtype);
    }

    /// <inheritdoc/>
    public int Regions => packed.Length;

    /// <inheritdoc/>
    public Tensor LogOf(Tensor states) => Distance(states).Affine(-scale.Slope, scale.Top);

    /// <summary>Hamming distance [rows] to the nearest mode.</summary>
    public Tensor Distance(Tensor states)
    {
        RewardChecks.States("BitSequenceReward", states, bits / wordBits);
        // With bits as ±1 a product counts agreements less disagreements, exactly.
        Tensor spins = spinsOfWord.Select(0, states.Reshape([states.Count]) - 1).Reshape([states.Shape[0], bits]);
        return spins.MatMul(modeSpins).Max(1).Affine(-0.5, 0.5 * bits);
    }

    /// <inheritdoc/>
    public bool IsMode(ReadOnlySpan<long> state)
    {
        ulong[] text = Pack(state);
        foreach (ulong[] mode in packed)
        {
            if (mode.AsSpan().SequenceEqual(text)) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Mark(ReadOnlySpan<long> state, Span<bool> found)
    {
        ulong[] text = Pack(state);
        for (int mode = 0; mode < packed.Length; mode++)
        {
            int distance = 0;
            for (int i = 0; i < text.Length; i++) distance += BitOperations.PopCount(text[i] ^ packed[mode][i]);
            found[mode] |= distance < radius;
        }
    }

    bool BitOf(long word, int bit) => ((word >> (wordBits - 1 - bit)) & 1) == 1;

    ulong[] Pack(ReadOnlySpan<long> state)
    {
        var chunks = new ulong[(bits + ChunkBits - 1) / ChunkBits];
        for (int bit = 0; bit < bits; bit++) chunks[bit / ChunkBits] |= (BitOf(state[bit / wordBits] - 1, bit % wordBits) ? 1UL : 0UL) << (bit % ChunkBits);
        return chunks;
    }
}
