namespace Adjoint.Models.GFlowNets;

/// <summary>The strings that bit-sequence rewards are highest at, and strings around them (Malkin et al. 2022, section 5.2).</summary>
/// <param name="Bits">Length of a string.</param>
/// <param name="Strings">The modes.</param>
public sealed record BitModes(int Bits, IReadOnlyList<bool[]> Strings)
{
    const int BlockBits = 8;

    static readonly int[] blocks = [0b00000000, 0b11111111, 0b11110000, 0b00001111, 0b00111100];

    /// <summary>Modes of blocks of eight bits drawn out of five, with replacement. The task of the paper has 60 of 120 bits.</summary>
    /// <exception cref="SettingException">The count is below 1, or the length no multiple of 8.</exception>
    public static BitModes FromBlocks(int count, int bits, Key key)
    {
        Check.AtLeast(count, 1, "BitModes: count");
        if (bits < BlockBits || bits % BlockBits != 0) throw new SettingException($"BitModes: {bits} bits are no multiple of {BlockBits}. Choose one.");
        long[] drawn = new Generator(key).Integers([count, bits / BlockBits], 0, blocks.Length).Read<long>();
        return new BitModes(bits, Make(count, bits, (mode, bit) => ((blocks[drawn[((mode * bits) + bit) / BlockBits]] >> (BlockBits - 1 - (bit % BlockBits))) & 1) == 1));
    }

    /// <summary>Different modes drawn from all strings alike, for tasks small enough to be enumerated.</summary>
    /// <exception cref="SettingException">There are not as many strings.</exception>
    public static BitModes Random(int count, int bits, Key key)
    {
        Check.InRange(bits, 1, 24, "BitModes: bits of random modes");
        Check.InRange(count, 1, 1 << bits, "BitModes: count");
        long[] drawn = new Generator(key).Permutation(1 << bits).Read<long>();
        return new BitModes(bits, Make(count, bits, (mode, bit) => ((drawn[mode] >> (bits - 1 - bit)) & 1) == 1));
    }

    /// <summary>Each mode with 0, 1, … Bits - 1 of its bits turned over at random: the strings on which log R and log P_T are correlated.</summary>
    public BitModes Around(Key key)
    {
        int count = Strings.Count * Bits;
        double[] order = new Generator(key).Uniform([count, Bits], DType.F64).Read<double>();
        var made = new List<bool[]>(count);
        for (int i = 0; i < count; i++)
        {
            bool[] text = [.. Strings[i / Bits]];
            double[] keys = order[(i * Bits)..((i + 1) * Bits)];
            int[] places = [.. Enumerable.Range(0, Bits)];
            Array.Sort(keys, places);
            foreach (int place in places.AsSpan(0, i % Bits)) text[place] = !text[place];
            made.Add(text);
        }

        return new BitModes(Bits, made);
    }

    /// <summary>The strings as finished states in words of <paramref name="wordBits"/> bits, the first bit the most significant: i64 [strings, Bits / wordBits], cells of 1 + word.</summary>
    /// <exception cref="SettingException">Words do not divide the strings.</exception>
    public Tensor States(int wordBits)
    {
        RequireWords(Bits, wordBits);
        int words = Bits / wordBits;
        var cells = new long[Strings.Count * words];
        for (int i = 0; i < cells.Length * wordBits; i++)
            cells[i / wordBits] = (cells[i / wordBits] << 1) | (Strings[i / Bits][i % Bits] ? 1L : 0L);
        for (int i = 0; i < cells.Length; i++) cells[i]++;
        return Tensor.From<long>(cells, [Strings.Count, words]);
    }

    /// <summary>Words of 1 to 16 bits that divide the length.</summary>
    internal static void RequireWords(int bits, int wordBits)
    {
        Check.InRange(wordBits, 1, 16, "bit sequences: bits of a word");
        if (bits % wordBits != 0) throw new SettingException($"bit sequences: words of {wordBits} bits do not divide {bits}. Choose a divisor.");
    }

    static bool[][] Make(int count, int bits, Func<int, int, bool> bitOf) =>
        [.. Enumerable.Range(0, count).Select(mode => Enumerable.Range(0, bits).Select(bit => bitOf(mode, bit)).ToArray())];
}
