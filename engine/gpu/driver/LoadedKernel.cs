using System.Text;
using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>What the driver's compiler made of a kernel.</summary>
/// <param name="Registers">Registers of a thread.</param>
/// <param name="LocalBytes">Bytes of memory that a thread has in place of registers; more than 0 where registers spill.</param>
/// <param name="SharedBytes">Bytes of shared memory that a block declares, without what a launch adds.</param>
/// <param name="MaxThreads">Threads of a block at most.</param>
public readonly record struct KernelResources(int Registers, int LocalBytes, int SharedBytes, int MaxThreads);

/// <summary>A kernel in a device: a module with its one function.</summary>
sealed unsafe class LoadedKernel
{
    /// <summary>A block gets so much shared memory without asking.</summary>
    public const int PlainSharedBytes = 48 << 10;

    const int LogBytes = 8 << 10, LogLines = 3;

    // The driver's numbers of the compiler's options.
    const int ErrorLog = 5, ErrorLogBytes = 6;

    readonly CudaContext context;
    nint module;

    /// <summary>Has the driver compile a kernel.</summary>
    /// <exception cref="CudaException">The driver rejects it, or it needs more than the device has.</exception>
    public LoadedKernel(CudaContext context, KernelImage image, int sharedBytesOnRequest)
    {
        this.context = context;
        Image = image;
        ArgumentBytes = image.ArgumentBytes;
        int shared = image.StaticSharedBytes + image.DynamicSharedBytes;
        if (shared > sharedBytesOnRequest)
        {
            throw new CudaException(
                $"Kernel {image.Name} takes {shared} bytes of shared memory, a block of this device {sharedBytesOnRequest} at most. Choose a kernel with smaller tiles.", kernel: image.Name);
        }

        module = Load(image);
        try
        {
            Function = Find(image);
            if (shared > PlainSharedBytes)
                Check(context.Functions.FuncSetAttribute(Function, (int)FunctionAttribute.MaxDynamicSharedBytes, image.DynamicSharedBytes), "cuFuncSetAttribute");
            int threads = Attribute(FunctionAttribute.MaxThreads);
            if (threads < image.Threads)
            {
                throw new CudaException(
                    $"Kernel {image.Name} runs with {threads} threads a block at most, it was built for {image.Threads}: it takes {Attribute(FunctionAttribute.Registers)} registers a thread. "
                    + "Build it with launch bounds for fewer threads.",
                    kernel: image.Name);
            }
        }
        catch (CudaException)
        {
            Unload();
            throw;
        }
    }

    public KernelImage Image { get; }

    public nint Function { get; }

    public int ArgumentBytes { get; }

    public KernelResources Resources() => new(
        Attribute(FunctionAttribute.Registers), Attribute(FunctionAttribute.LocalBytes), Attribute(FunctionAttribute.SharedBytes), Attribute(FunctionAttribute.MaxThreads));

    public void Unload()
    {
        if (module == 0) return;
        context.Functions.ModuleUnload(module);
        module = 0;
    }

    void Check(int code, string call)
    {
        if (code != 0) throw context.Error(code, call, Image.Name, $"kernel {Image.Name} for {Image.Target}");
    }

    int Attribute(FunctionAttribute attribute)
    {
        int value = 0;
        Check(context.Functions.FuncGetAttribute(&value, (int)attribute, Function), "cuFuncGetAttribute");
        return value;
    }

    nint Load(KernelImage image)
    {
        byte[] text = Encoding.UTF8.GetBytes(image.Text + "\0"), log = new byte[LogBytes];
        nint made = 0;
        fixed (byte* start = text, errors = log)
        {
            int* options = stackalloc int[] { ErrorLog, ErrorLogBytes };
            void** values = stackalloc void*[] { errors, (void*)LogBytes };
            int code = context.Functions.ModuleLoadDataEx(&made, start, 2, options, values);
            if (code == 0) return made;
            string complaint = ErrorLines(log);
            throw context.Error(code, "cuModuleLoadDataEx", image.Name, $"kernel {image.Name} for {image.Target}{(complaint.Length == 0 ? "" : $": {complaint}")}");
        }
    }

    nint Find(KernelImage image)
    {
        nint found = 0;
        fixed (byte* name = Encoding.UTF8.GetBytes(image.Name + "\0"))
            Check(context.Functions.ModuleGetFunction(&found, module, name), "cuModuleGetFunction");
        return found;
    }

    // The first lines that tell of errors, or the first lines if none does.
    static string ErrorLines(byte[] log)
    {
        int end = Array.IndexOf(log, (byte)0);
        string[] lines = Encoding.UTF8.GetString(log, 0, end < 0 ? log.Length : end).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] errors = [.. lines.Where(static line => line.Contains("error", StringComparison.OrdinalIgnoreCase))];
        return string.Join("; ", (errors.Length == 0 ? lines : errors).Take(LogLines)).TrimEnd('.');
    }
}
