namespace Adjoint;

/// <summary>Blocks from which memory is cut piece after piece, all free again at once.</summary>
abstract class BlockArena
{
    const int FirstBlock = 1 << 20, LargestStep = 1 << 28;

    readonly List<int> sizes = [];
    readonly int alignment;
    int block;
    int used;

    protected BlockArena(int alignment) => this.alignment = alignment;

    /// <summary>The place of so many bytes: a block and where in it they start.</summary>
    protected (int Block, int Start) Take(int bytes)
    {
        int rounded = checked(bytes + alignment - 1) & -alignment;
        while (block < sizes.Count && rounded > sizes[block] - used)
        {
            block++;
            used = 0;
        }

        if (block == sizes.Count)
        {
            int size = Math.Max(rounded, sizes.Count == 0 ? FirstBlock : (int)Math.Min(2L * sizes[^1], LargestStep));
            AddBlock(size);
            sizes.Add(size);
            used = 0;
        }

        int start = used;
        used += rounded;
        return (block, start);
    }

    /// <summary>Appends a block that starts at a multiple of the alignment.</summary>
    protected abstract void AddBlock(int bytes);

    /// <summary>Gives all memory back.</summary>
    public void Reset()
    {
        block = 0;
        used = 0;
    }
}

/// <summary>Blocks of host memory.</summary>
sealed class HostArena() : BlockArena(HostStorage.Alignment)
{
    readonly List<(byte[] Block, int Start)> blocks = [];

    public HostStorage Allocate(int bytes, StepArena step)
    {
        var (block, start) = Take(bytes);
        return HostStorage.Slice(blocks[block].Block, blocks[block].Start + start, bytes, step);
    }

    protected override void AddBlock(int bytes) => blocks.Add((HostStorage.AllocateAligned(bytes, out int start), start));
}
