namespace Adjoint.Kernels;

/// <summary>The loop over the matrices of a batch: many small ones are shared among threads, large ones follow each other and share their products.</summary>
static class MatrixLoop
{
    // From here on a matrix keeps all threads busy.
    const int LargeOrder = 256;

    /// <summary>Runs a computation on each of <paramref name="count"/> matrices of about <paramref name="order"/> rows and columns.</summary>
    public static void Run<TKernel, T>(in TKernel kernel, int count, int order)
        where TKernel : struct, IRowKernel<T>
        where T : unmanaged
    {
        if (count < 2 || order >= LargeOrder) RowLoop.RunHere<TKernel, T>(kernel, count);
        else RowLoop.Run<TKernel, T>(kernel, count, Math.Max(1, order) * Math.Max(1, order));
    }
}
