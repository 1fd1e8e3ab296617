namespace Adjoint.Models.GFlowNets;

/// <summary>Distinct states in the order in which they were added, one after another in one array, and their places by their numbers.</summary>
/// <param name="cells">Numbers of a state.</param>
sealed class StateTable(int cells)
{
    const int FirstSlots = 64;

    long[] numbers = new long[FirstSlots / 2 * cells];
    int[] slots = NewSlots(FirstSlots);

    /// <summary>Number of states.</summary>
    public int Count { get; private set; }

    /// <summary>The array that holds the states, longer than they are.</summary>
    public long[] Numbers => numbers;

    /// <summary>A state.</summary>
    public ReadOnlySpan<long> this[int index] => numbers.AsSpan(index * cells, cells);

    /// <summary>Place of a state, -1 if it is not there.</summary>
    public int Find(ReadOnlySpan<long> state) => slots[SlotOf(state)];

    /// <summary>Place of a state, which is added if it is not there.</summary>
    public int Add(ReadOnlySpan<long> state, out bool isNew)
    {
        int slot = SlotOf(state), index = slots[slot];
        isNew = index < 0;
        if (!isNew) return index;
        if ((Count + 1) * cells > numbers.Length) Array.Resize(ref numbers, 2 * numbers.Length);
        state.CopyTo(numbers.AsSpan(Count * cells, cells));
        slots[slot] = Count++;
        if (2 * Count > slots.Length) Grow();
        return Count - 1;
    }

    void Grow()
    {
        slots = NewSlots(2 * slots.Length);
        for (int index = 0; index < Count; index++) slots[SlotOf(this[index])] = index;
    }

    // The slot that holds the state, or the free one where it belongs.
    int SlotOf(ReadOnlySpan<long> state)
    {
        int mask = slots.Length - 1, slot = (int)(Hash(state) >> 32) & mask;
        while (slots[slot] >= 0 && !this[slots[slot]].SequenceEqual(state)) slot = (slot + 1) & mask;
        return slot;
    }

    static ulong Hash(ReadOnlySpan<long> state)
    {
        ulong hash = 0;
        foreach (long number in state)
        {
            hash = (hash ^ (ulong)number) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
        }

        return hash * 0xBF58476D1CE4E5B9;
    }

    static int[] NewSlots(int count)
    {
        var made = new int[count];
        Array.Fill(made, -1);
        return made;
    }
}
