using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// For some rows of A at a time, lists of the k for which they are not zero, made once for all columns of B. Two rows that are not zero in nearly the same places share a list, and with it what is loaded of B.
/// </summary>
unsafe struct SparseLists
{
    /// <summary>Rows whose lists are made together, and which share a block of B while it is near.</summary>
    public const int RowsTogether = 64;

    // Multiplications of a full product in the time of one for a row alone, which waits for its loads of B, and of one for two rows that share a load.
    const double Alone = 1.25;
    const double Shared = 1.05;

    // Following rows among which a row looks for its partner.
    const int Candidates = 8;

    // Rows are given up looking for partners, since zeros lie at random, after so many searches and some for each partner found.
    const int Patience = 8;
    const int PatienceForFound = 4;

    // Words of bits that are compared at a time, as one number of 64 bits.
    const int Together = 4;

    readonly int length, depth, blocks, words;

    // For each list indices, and how many of them lie before each block of k; for each row bits, and how many of them are set; the bits that some row has had; the rows of each list, the second one -1 if there is none.
    readonly int* indices, before, counts, firsts, seconds;
    readonly ushort* bits, seen;

    /// <summary>Room for lists of rows of <paramref name="length"/> numbers, cut into blocks of <paramref name="depth"/>, whole words. Valid until this thread's next product.</summary>
    public SparseLists(int length, int depth)
    {
        this.length = length;
        this.depth = depth;
        patience = Patience;
        blocks = (length + depth - 1) / depth;
        words = (((length + NonZeros.Word - 1) / NonZeros.Word) + Together - 1) / Together * Together;
        int ofBits = words / 2;
        indices = Scratch.Lists((RowsTogether * (long)(Room + blocks + 1 + ofBits + 3)) + ofBits);
        bits = (ushort*)(indices + (RowsTogether * (long)Room));
        seen = bits + (RowsTogether * (long)words);
        before = (int*)(seen + words);
        counts = before + (RowsTogether * (long)(blocks + 1));
        firsts = counts + RowsTogether;
        seconds = firsts + RowsTogether;
        new Span<ushort>(bits, (RowsTogether + 1) * words).Clear();
    }

    int patience;

    /// <summary>How many lists there are.</summary>
    public int Count { get; private set; }

    /// <summary>Multiplications that the lists stand for, for one column of B: those of a partner's places count for both rows.</summary>
    public long Multiplied { get; private set; }

    /// <summary>How many multiplications of a full product take as long, for one column of B.</summary>
    public double Cost { get; private set; }

    // A multiple of a cache line, for vectors of bits behind it.
    readonly int Room => (length + (2 * NonZeros.Slack)) / NonZeros.Slack * NonZeros.Slack;

    /// <summary>Lists for at most <see cref="RowsTogether"/> rows, whose numbers are contiguous.</summary>
    public void Make<T>(T* left, nint leftRow, int rows) where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            ushort* line = bits + (row * words);
            NonZeros.Mark(left + (row * leftRow), length, line);
            ulong* four = (ulong*)line, fourSeen = (ulong*)seen;
            int count = 0;
            for (int i = 0; i < words / Together; i++)
            {
                count += BitOperations.PopCount(four[i]);
                fourSeen[i] |= four[i];
            }

            counts[row] = count;
        }

        Count = 0;
        Multiplied = 0;
        Cost = 0;
        ulong taken = 0;
        for (int row = 0; row < rows; row++)
        {
            if ((taken >> row & 1) != 0) continue;
            int partner = patience > 0 && counts[row] > 0 && row + 1 < rows ? Partner(row, rows, taken) : -1;
            if (partner >= 0)
            {
                taken |= 1UL << partner;
                patience += PatienceForFound;
            }

            int found = List(row, partner);
            Multiplied += partner < 0 ? found : 2 * found;
            Cost += partner < 0 ? Alone * found : Shared * 2 * found;
        }
    }

    /// <summary>The rows of a list; the second one is -1 if it has one alone.</summary>
    public readonly void Rows(int list, out int first, out int second)
    {
        first = firsts[list];
        second = seconds[list];
    }

    /// <summary>The part of a list that lies in a block of k.</summary>
    public readonly int* Block(int list, int block, out int* end)
    {
        int* start = indices + (list * (long)Room), bounds = before + (list * (blocks + 1)) + block;
        end = start + bounds[1];
        return start + bounds[0];
    }

    /// <summary>Writes the k for which no row so far has had a number other than zero, over the lists.</summary>
    public readonly int* Unseen(out int count)
    {
        count = 0;
        for (int first = 0, word = 0; first < length; first += NonZeros.Word, word++)
        {
            uint valid = length - first >= NonZeros.Word ? ushort.MaxValue : (1u << (length - first)) - 1;
            count += NonZeros.List(~(uint)seen[word] & valid, first, indices + count);
        }

        return indices;
    }

    // The row, of some that follow and have no partner yet, with which a common list gains most over two lists; -1 if none gains.
    int Partner(int row, int rows, ulong taken)
    {
        int own = counts[row], best = -1;
        double gain = 0;
        patience--;
        for (int other = row + 1, left = Candidates; other < rows && left > 0; other++)
        {
            if ((taken >> other & 1) != 0) continue;
            left--;
            double alone = Alone * (own + counts[other]), bound = alone - (2 * Shared * Math.Max(own, counts[other]));
            if (bound <= gain) continue;
            double gained = alone - (2 * Shared * Union(row, other));
            if (gained <= gain) continue;
            gain = gained;
            best = other;
        }

        return best;
    }

    readonly int Union(int row, int other)
    {
        ulong* x = (ulong*)(bits + (row * words)), y = (ulong*)(bits + (other * words));
        int count = 0;
        for (int i = 0; i < words / Together; i++) count += BitOperations.PopCount(x[i] | y[i]);
        return count;
    }

    int List(int row, int partner)
    {
        int list = Count++, found = 0;
        firsts[list] = row;
        seconds[list] = partner;
        ushort* x = bits + (row * words), y = partner < 0 ? x : bits + (partner * words);
        int* into = indices + (list * (long)Room), bounds = before + (list * (blocks + 1));
        for (int first = 0, word = 0; first < length; first += depth)
        {
            *bounds++ = found;
            for (int place = first, end = Math.Min(first + depth, length); place < end; place += NonZeros.Word, word++)
                found += NonZeros.List((uint)(x[word] | y[word]), place, into + found);
        }

        *bounds = found;
        return found;
    }
}
