namespace Adjoint;

/// <summary>Blocks from which a step's tensors are cut one after another; all are free again when the step ends.</summary>
sealed class StepArena
{
    const int FirstBlock = 1 << 20;

    readonly List<(byte[] Block, int Start, int Bytes)> blocks = [];
    int block;
    int used;

    /// <summary>Rises when the memory is given back, so that handles from before can tell.</summary>
    public int Generation { get; private set; }

    /// <summary>Link in the list of current or of idle arenas.</summary>
    public StepArena? Next { get; set; }

    public HostStorage Allocate(int bytes)
    {
        int rounded = checked(bytes + HostStorage.Alignment - 1) & -HostStorage.Alignment;
        while (block < blocks.Count && rounded > blocks[block].Bytes - used)
        {
            block++;
            used = 0;
        }

        if (block == blocks.Count)
        {
            int size = Math.Max(rounded, blocks.Count == 0 ? FirstBlock : (int)Math.Min(2L * blocks[^1].Bytes, 1 << 28));
            blocks.Add((HostStorage.AllocateAligned(size, out int start), start, size));
            used = 0;
        }

        var (memory, first, _) = blocks[block];
        var storage = HostStorage.Slice(memory, first + used, bytes, this);
        used += rounded;
        return storage;
    }

    public void Reset()
    {
        Generation++;
        block = 0;
        used = 0;
    }
}
