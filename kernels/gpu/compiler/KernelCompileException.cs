namespace Adjoint.Kernels.Gpu;

/// <summary>A kernel that the compiler does not accept. The message is one line; the compiler's own exception is the inner one.</summary>
public sealed class KernelCompileException(string kernel, KernelTarget target, string reason, Exception? inner = null)
    : Exception($"Kernel {kernel} does not compile for {target}: {reason}", inner)
{
    /// <summary>Name of the kernel.</summary>
    public string Kernel { get; } = kernel;

    /// <summary>What it was compiled for.</summary>
    public KernelTarget Target { get; } = target;

    /// <summary>Why, in one line.</summary>
    public string Reason { get; } = reason;

    internal static KernelCompileException From(string kernel, KernelTarget target, Exception exception)
    {
        // The innermost exceptions say what is wrong; the outer ones that something is.
        Exception cause = exception;
        while (cause is AggregateException { InnerExceptions.Count: > 0 } or { InnerException: not null })
            cause = cause is AggregateException many ? many.InnerExceptions[0] : cause.InnerException!;
        string reason = string.Join(' ', cause.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return new(kernel, target, reason, exception);
    }
}
