namespace Adjoint.Kernels;

/// <summary>Packs weights into slivers of some targets each, in the order in which the planes of a part are walked: channel by channel, tap by tap.</summary>
readonly unsafe struct TapWeights<T>(TapPlan plan, int groups, int tallest, int depth, T* weight, T* packed) : IRangeBody where T : unmanaged
{
    // Weights that are worth a thread.
    const int MinimumPerWorker = 1 << 15;

    /// <summary>Blocks of a sum of so many terms.</summary>
    public static int Blocks(int terms, int depth) => (int)(((long)terms + depth - 1) / depth);

    /// <summary>Where a block begins.</summary>
    public static int Start(int terms, int blocks, int block) => (int)((long)terms * block / blocks);

    /// <summary>Packs all.</summary>
    public void Pack()
    {
        int tiles = new RowTiles(plan.Targets, tallest).Count;
        Workers.For(groups * tiles, Math.Max(1, MinimumPerWorker / Math.Max(1, plan.WeightsOfGroup / tiles)), this);
    }

    /// <summary>The slivers of a block of a phase and a group.</summary>
    public T* Of(int group, int phase, int start) =>
        packed + ((long)group * plan.WeightsOfGroup) + ((long)plan.Targets * plan.Channels * plan.TapsBefore(phase)) + ((long)plan.Targets * start);

    public void Run(int start, int end)
    {
        var cut = new RowTiles(plan.Targets, tallest);
        for (int item = start; item < end; item++)
        {
            int group = item / cut.Count, row = cut.Row(item % cut.Count), height = cut.Row((item % cut.Count) + 1) - row;
            for (int phase = 0; phase < plan.Phases; phase++)
            {
                int terms = plan.Channels * plan.TapsOf(phase), blocks = Blocks(terms, depth);
                for (int block = 0; block < blocks; block++)
                {
                    int first = Start(terms, blocks, block), last = Start(terms, blocks, block + 1);
                    Sliver(weight + ((long)group * plan.WeightsOfGroup) + ((long)row * plan.TargetStep), phase, first, last, height, Of(group, phase, first) + ((long)row * (last - first)));
                }
            }
        }
    }

    void Sliver(T* from, int phase, int first, int last, int height, T* target)
    {
        int taps = plan.TapsOf(phase), channel = first / Math.Max(1, taps), tap = first - (channel * taps);
        int* indices = plan.Indices(phase);
        for (int term = first; term < last; term++)
        {
            T* column = from + ((long)channel * plan.ChannelStep) + indices[tap];
            for (int i = 0; i < height; i++, column += plan.TargetStep) target[i] = *column;
            target += height;
            if (++tap < taps) continue;
            tap = 0;
            channel++;
        }
    }
}
