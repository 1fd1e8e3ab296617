using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A launch in the making: arguments in the order of the kernel's parameters, then <see cref="Run"/>.</summary>
public ref struct KernelCall
{
    readonly LaunchQueue queue;
    readonly KernelReference kernel;
    readonly LaunchGrid grid;
    LaunchArguments arguments;

    internal KernelCall(LaunchQueue queue, KernelReference kernel, LaunchGrid grid, LaunchArguments arguments)
    {
        this.queue = queue;
        this.kernel = kernel;
        this.grid = grid;
        this.arguments = arguments;
    }

    /// <summary>A view of a dense tensor's elements.</summary>
    public KernelCall Dense(Tensor tensor) => View(tensor.DeviceAddress, tensor.Count);

    /// <summary>Views of dense tensors, one after another.</summary>
    public KernelCall Dense(ReadOnlySpan<Tensor> tensors)
    {
        KernelCall call = this;
        foreach (Tensor tensor in tensors) call = call.Dense(tensor);
        return call;
    }

    /// <summary>A view of all memory behind a tensor, for kernels that are told positions.</summary>
    public KernelCall Whole(Tensor tensor) => View(tensor.Storage.DeviceAddress, tensor.Storage.Bytes / tensor.DType.Size());

    /// <summary>A view of elements from an address on.</summary>
    public KernelCall View(ulong address, long count) => Value(new DeviceView(address, count));

    /// <summary>A view of nothing, where a kernel does not look.</summary>
    public KernelCall Nothing() => Value(default(DeviceView));

    /// <summary>A number or a structure of numbers.</summary>
    public KernelCall Value<T>(T value) where T : unmanaged
    {
        arguments.Add(value);
        return this;
    }

    /// <summary>The axes of a chain and the steps of its inputs, where it has any.</summary>
    internal KernelCall Axes(ChainLayout layout)
    {
        layout.Add(ref arguments);
        return this;
    }

    /// <summary>The arguments of one launch of a matrix product.</summary>
    internal KernelCall Product<TFinish>(MatMulLaunch launch, int index, in MatMulOperands operands, TFinish finish) where TFinish : unmanaged, IUnaryOperator
    {
        launch.AddArguments(index, operands, finish, ref arguments);
        return this;
    }

    /// <summary>Hands the launch to the queue.</summary>
    public readonly void Run()
    {
        if (!grid.IsEmpty) queue.Launch(kernel, grid, arguments.Bytes);
    }
}
