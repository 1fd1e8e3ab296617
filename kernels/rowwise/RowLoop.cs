using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>A computation on each row of dense operands of <typeparamref name="T"/>, f32 or f64, which needs nothing from other rows. Its operands are its fields.</summary>
public interface IRowKernel<T> where T : unmanaged
{
    /// <summary>
    /// Handles the rows start … end-1 with registers of one width. The bits of a row do not depend on where the range starts or ends. Implementations hold their
    /// loops themselves, or call one method a row: how much the compiler inlines into a method grows with the size of that method.
    /// </summary>
    void Rows<V>(int start, int end) where V : struct, IRegister<V, T>;
}

/// <summary>
/// The loop over rows. Layout of the kernels: registers run along a row; what does not fill one passes through a masked register that is kept from the first pass over the
/// row to the last, so that a row of a few numbers is one or two registers and one call. Every sum has one order for a given length. Limit: arithmetic
/// of the exponential, then memory bandwidth.
/// </summary>
public static class RowLoop
{
    const int MinimumPerWorker = 4096;

    // A shorter row takes as long as one of so many numbers: what is done once a row is most of it.
    const int ShortestRow = 128;

    /// <summary>Runs the computation on rows of about <paramref name="columns"/> numbers.</summary>
    public static void Run<TKernel, T>(in TKernel kernel, int rows, int columns)
        where TKernel : struct, IRowKernel<T>
        where T : unmanaged =>
        Workers.For(rows, Math.Max(1, MinimumPerWorker / Math.Max(ShortestRow, columns)), new Body<TKernel, T>(kernel));

    /// <summary>The same on the calling thread alone.</summary>
    internal static void RunHere<TKernel, T>(in TKernel kernel, int rows)
        where TKernel : struct, IRowKernel<T>
        where T : unmanaged =>
        new Body<TKernel, T>(kernel).Run(0, rows);

    readonly struct Body<TKernel, T>(TKernel kernel) : IRangeBody
        where TKernel : struct, IRowKernel<T>
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            TKernel own = kernel;
            if (Vector512.IsHardwareAccelerated) own.Rows<Lane512<T>>(start, end);
            else if (Vector256.IsHardwareAccelerated) own.Rows<Lane256<T>>(start, end);
            else own.Rows<Lane128<T>>(start, end);
        }
    }
}
