namespace Adjoint.Models.GFlowNets;

/// <summary>Objects to learn from again, in a ring: new ones take the place of the oldest. Drawing and storing are tensor ops on memory that outlives steps.</summary>
public sealed class ReplayBuffer
{
    readonly Tensor objects;
    readonly Tensor count;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="capacity">The most objects.</param>
    /// <param name="cells">Numbers of an object.</param>
    /// <exception cref="SettingException">The capacity is below 1.</exception>
    public ReplayBuffer(int capacity, int cells)
    {
        if (capacity < 1) throw new SettingException($"ReplayBuffer: a capacity of {capacity} holds nothing. Give room for one object at least.");
        Capacity = capacity;
        objects = Tensor.Zeros([capacity, cells], DType.I64);
        count = Tensor.Zeros([1], DType.I64);
    }

    /// <summary>The most objects.</summary>
    public int Capacity { get; }

    /// <summary>The memory, and how many objects were ever stored, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => [("objects", objects), ("count", count)];

    /// <summary>Stores objects i64 [rows, cells], no more than the capacity at once.</summary>
    public void Add(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Tensor number = count + Tensor.Range(rows.Shape[0]);
        Tensor turn = (number.To(DType.F64) / Capacity).Floor().To(DType.I64);
        rows.CopyRowsInto(objects, number - (turn * Capacity));
        (count + rows.Shape[0]).CopyInto(count);
    }

    /// <summary>Objects drawn evenly from those held, i64 [rows, cells]; the source where none is.</summary>
    public Tensor Draw(Generator generator, int rows)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Tensor held = count.To(DType.F64).Clamp(1, Capacity);
        return objects.Select(0, (generator.Uniform([rows], DType.F64) * held).Floor().To(DType.I64));
    }
}
