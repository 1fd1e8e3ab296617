namespace Adjoint.Gpu;

/// <summary>What the driver refused, or what its absence prevents: one line that names the call, the driver's error, the kernel concerned and the remedy.</summary>
public sealed class CudaException : AdjointException
{
    internal CudaException(string message, string call = "", int code = 0, string errorName = "", string? kernel = null, Exception? inner = null)
        : base(message, inner)
    {
        Call = call;
        Code = code;
        ErrorName = errorName;
        Kernel = kernel;
    }

    /// <summary>The driver's function that reported it, such as cuMemAlloc_v2; empty if none did.</summary>
    public string Call { get; }

    /// <summary>The driver's error code; 0 if the error is not the driver's.</summary>
    public int Code { get; }

    /// <summary>The driver's name of the code, such as CUDA_ERROR_OUT_OF_MEMORY; empty if the error is not the driver's.</summary>
    public string ErrorName { get; }

    /// <summary>The kernel concerned; null if none is known.</summary>
    public string? Kernel { get; }

    /// <summary>The same error for a later call, which it prevents.</summary>
    internal CudaException Again() => new(Message, Call, Code, ErrorName, Kernel, this);
}
