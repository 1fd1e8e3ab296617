using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Turns C# methods into kernel text, with no device present. May be used by any number of threads; the compiler itself works for one at a time. Its start
/// costs some hundred milliseconds and happens at the first kernel that the cache does not have.
/// </summary>
/// <param name="cache">Where compiled kernels are kept between processes; null for nowhere.</param>
public sealed class KernelCompiler(KernelCache? cache = null) : IDisposable
{
    // Waited for as a task: the thread pool then adds threads at once, of which ILGPU needs some while others wait here.
    readonly SemaphoreSlim gate = new(1, 1);
    readonly Dictionary<(System.Reflection.MethodInfo Method, KernelTarget Target), KernelImage> images = [];
    Context? context;
    PTXBackend? backend;
    bool isDisposed;

    /// <summary>How many kernels went through the compiler itself, not through a cache.</summary>
    public int CompiledCount { get; private set; }

    /// <summary>The kernel for a target: from memory, from the cache or compiled.</summary>
    /// <exception cref="KernelCompileException">The compiler does not accept it, or it is for another target only. Later kernels are not affected.</exception>
    /// <exception cref="ObjectDisposedException">The compiler was disposed.</exception>
    public KernelImage Compile(Kernel kernel, KernelTarget target)
    {
        if (kernel.Description.OnlyTarget is { } only && only != target)
            throw new KernelCompileException(kernel.Name, target, $"it uses instructions of {only} alone. Choose another kernel for this device.");
        Enter();
        try
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (images.TryGetValue((kernel.Method, target), out KernelImage? image)) return image;
            string? key = cache is null ? null : KernelKey.Of(kernel, target);
            image = key is null ? null : cache!.Find(key);
            if (image is null)
            {
                image = Build(kernel, target);
                if (key is not null) cache!.Keep(key, image);
            }

            images.Add((kernel.Method, target), image);
            return image;
        }
        finally
        {
            gate.Release();
        }
    }

    void Enter() => gate.WaitAsync().GetAwaiter().GetResult();

    /// <summary>Compiles kernels for targets into a pack, for programs that have no compiler.</summary>
    /// <param name="label">What the pack is.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="targets">The targets, each of which gets every kernel. Kernels for one target only are compiled for it where a target is of its compute capability, else left out.</param>
    /// <exception cref="KernelCompileException">A kernel is not accepted.</exception>
    /// <exception cref="KernelPackException">Two kernels share a name.</exception>
    public KernelPack Pack(string label, IEnumerable<Kernel> kernels, IReadOnlyList<KernelTarget> targets) =>
        new(label, [.. kernels.SelectMany(kernel => kernel.Description.TargetsAmong(targets), Compile)]);

    KernelImage Build(Kernel kernel, KernelTarget target)
    {
        KernelDescription description = kernel.Description;
        CompiledCount++;
        try
        {
            Start();
            var entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method);
            var bounds = new KernelSpecialization(description.Threads, description.BlocksPerMultiprocessor);
            var compiled = (PTXCompiledKernel)backend!.Compile(entry, bounds, default(AddressSpaceHook));
            string text = PtxText.Finish(compiled.PTXAssembly, compiled.Name, kernel.Name, target);
            return new KernelImage
            {
                Name = kernel.Name,
                Target = target.Name,
                Text = text,
                Threads = description.Threads,
                BlocksPerMultiprocessor = description.BlocksPerMultiprocessor,
                StaticSharedBytes = PtxText.StaticSharedBytes(text),
                DynamicSharedBytes = description.DynamicSharedBytes,
                Parameters = PtxText.Parameters(text, kernel.Name, kernel.Method),
            };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // What a failed compilation leaves in the context makes every later one fail.
            context?.ClearCache(ClearCacheMode.Everything);
            throw KernelCompileException.From(kernel.Name, target, exception);
        }
    }

    void Start()
    {
        if (backend is not null) return;
        LaneRemaps.Install();
        context ??= Context.Create(builder =>
        {
            builder.Optimize(OptimizationLevel.O1);
            IntrinsicTable.Register(builder);
        });

        // The newest target that ILGPU writes; other targets are changes of its text.
        var architecture = new CudaArchitecture(KernelTarget.Sm80.Major, KernelTarget.Sm80.Minor);
        backend = new PTXBackend(context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_80, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Enter();
        try
        {
            if (isDisposed) return;
            isDisposed = true;
            backend?.Dispose();
            context?.Dispose();
        }
        finally
        {
            gate.Release();
        }
    }
}
