using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Where an op puts the launches that compute it on a device: they run at once, or are kept for a plan. Launches run in order, so that a later one may read what an earlier one wrote.
/// </summary>
public abstract class LaunchQueue
{
    // The most numbers of a row that a warp takes alone.
    const int WarpColumns = 1024;

    readonly byte[] arguments = new byte[LaunchArguments.MaxBytes];

    /// <summary>Threads of a block for kernels that take any number.</summary>
    public abstract int BlockThreads { get; }

    /// <summary>Multiprocessors of the device.</summary>
    public abstract int Multiprocessors { get; }

    /// <summary>Whether warps exchange registers.</summary>
    public abstract bool HasWarps { get; }

    /// <summary>What was measured of matrix products on the device; null for the shipped defaults.</summary>
    public virtual MatMulTuning? Tuning => null;

    /// <summary>Whether four warps multiply matrices from shared memory together.</summary>
    public abstract bool HasWarpGroups { get; }

    /// <summary>Whether the device has a kernel; null if it has all.</summary>
    public virtual Func<KernelReference, bool>? HasKernel => null;

    /// <summary>Runs or keeps a launch; one of no blocks is nothing.</summary>
    public abstract void Launch(KernelReference kernel, LaunchGrid grid, ReadOnlySpan<byte> arguments);

    /// <summary>Memory of undefined content that starts at a multiple of 256 and is the op's own for the launches of this call.</summary>
    public abstract ulong Scratch(long bytes);

    /// <summary>
    /// Sees to it that an index out of range raises a <see cref="ShapeException"/>, at the latest when the host next reads from the device: kernels cannot throw, and read such indices as if
    /// they were not there.
    /// </summary>
    /// <param name="op">Name of the op.</param>
    /// <param name="role">What the indices are to it.</param>
    /// <param name="indices">Dense i64.</param>
    /// <param name="lowest">The least index that is allowed: 0, or -1 where that stands for none.</param>
    /// <param name="size">The least index beyond.</param>
    public abstract void CheckIndices(string op, string role, Tensor indices, int lowest, int size);

    /// <summary>
    /// The address of an i32 that holds 0x7F7F7F7F until a kernel lowers it, by an atomic minimum, to say where it failed: the fault's error is then raised at the latest when the host next reads from the device.
    /// </summary>
    public abstract ulong Watch(DeviceFault fault);

    /// <summary>Begins a launch; arguments follow in the order of the kernel's parameters.</summary>
    public KernelCall Call(KernelReference kernel, LaunchGrid grid) => new(this, kernel, grid, new LaunchArguments(arguments));

    /// <summary>Begins a launch of one thread an item.</summary>
    public KernelCall Call(KernelReference kernel, long items) => Call(kernel, LaunchGrid.Cover(items, BlockThreads));

    /// <summary>Begins a launch of a team a row: a warp for short rows, a block for long ones.</summary>
    public KernelCall CallRows(TeamKernels kernels, DType dtype, int rows, long columns)
    {
        if (!HasWarps) return Call(kernels.Of(dtype, Team.Thread), rows);
        return columns <= WarpColumns
            ? Call(kernels.Of(dtype, Team.Warp), LaunchGrid.Cover(rows, BlockThreads / 32) with { Threads = BlockThreads })
            : Call(kernels.Of(dtype, Team.Block), new LaunchGrid(rows, 1, 1, BlockThreads));
    }

    /// <summary>The elements of a tensor, copied into scratch memory in row-major order.</summary>
    internal ulong Dense(Tensor x)
    {
        ulong target = Scratch((long)x.Count * x.DType.Size());
        Nest nest = Nest.From(LoopNest.Create(x.Shape.Sizes, x.Layout.Strides, x.Shape.RowMajorStrides));
        nest.Start0 = x.Layout.Offset;
        Call(WordKernels.Copy.Of(x.DType), x.Count).Whole(x).View(target, x.Count).Value(x.Count).Value(nest).Run();
        return target;
    }

    /// <summary>Copies elements of one size between places of two tensors.</summary>
    internal void Copy(Tensor source, ReadOnlySpan<int> sourceStrides, Tensor target, ReadOnlySpan<int> targetStrides, int start, ReadOnlySpan<int> sizes, int sourceStart = 0)
    {
        Nest nest = Nest.From(LoopNest.Create(sizes, sourceStrides, targetStrides));
        nest.Start0 = source.Layout.Offset + sourceStart;
        nest.Start1 = target.Layout.Offset + start;
        int count = 1;
        foreach (int size in sizes) count *= size;
        Call(WordKernels.Copy.Of(target.DType), count).Whole(source).Whole(target).Value(count).Value(nest).Run();
    }
}
