using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Triangular systems on a device: halves of the triangle one after the other with a product between, down to orders whose right-hand sides a thread each takes.
/// </summary>
readonly ref struct TriangularLaunch(LaunchQueue queue, DType dtype, (ulong Address, long Count) a, (ulong Address, long Count) x, ulong failure)
{
    const int BlockOrder = 64;

    static readonly TypedKernels SolveKernel = new("linalg_triangular_solve"), SubtractKernel = new("linalg_subtract");

    readonly (ulong Address, long Count) a = a, x = x;

    public void Solve(TriangularSystem system)
    {
        if (system.Order <= BlockOrder)
        {
            queue.Call(SolveKernel.Of(dtype), (long)system.Batch * system.Columns).View(a.Address, a.Count).View(x.Address, x.Count).View(failure, 1).Value(system).Run();
            return;
        }

        int half = ((system.Order / 2) + BlockOrder - 1) / BlockOrder * BlockOrder, rest = system.Order - half;
        bool isLower = system.IsLower != 0;
        int first = isLower ? 0 : rest, second = isLower ? half : 0;
        Solve(Part(system, first, half));
        long size = dtype.Size(), corner = system.Start + ((long)second * system.RowStep) + ((long)first * system.ColumnStep);
        var product = new MatrixProduct
        {
            Rows = rest,
            Columns = system.Columns,
            Inner = half,
            LeftRowStep = system.RowStep,
            LeftInnerStep = system.ColumnStep,
            LeftBatchStep = system.BatchStep,
            RightInnerStep = system.TargetRowStep,
            RightColumnStep = system.TargetColumnStep,
            RightBatchStep = system.TargetBatchStep,
        };
        SubtractProduct(
            queue, dtype, product, system.Batch, a.Address + (ulong)(corner * size), x.Address + (ulong)((system.TargetStart + ((long)first * system.TargetRowStep)) * size),
            x, system.TargetStart + ((long)second * system.TargetRowStep), system.TargetBatchStep, system.TargetRowStep, false);
        Solve(Part(system, second, rest));
    }

    static TriangularSystem Part(TriangularSystem system, int first, int order)
    {
        system.Start += (long)first * (system.RowStep + system.ColumnStep);
        system.TargetStart += (long)first * system.TargetRowStep;
        system.Order = order;
        return system;
    }

    /// <summary>target -= left·right for blocks of matrices whose rows lie dense.</summary>
    public static void SubtractProduct(
        LaunchQueue queue, DType dtype, in MatrixProduct product, int batch, ulong left, ulong right, (ulong Address, long Count) target, long start, long batchStep, int rowStep, bool lowerOnly)
    {
        long count = (long)batch * product.Rows * product.Columns;
        if (count == 0) return;
        ulong scratch = queue.Scratch(count * dtype.Size());
        ProductLaunch.Run(queue, dtype, product, batch, left, right, 0, scratch, false);
        queue.Call(SubtractKernel.Of(dtype), count).View(scratch, count).View(target.Address, target.Count)
            .Value(count).Value(product.Rows).Value(product.Columns).Value(start).Value(batchStep).Value(rowStep).Value(lowerOnly ? 1 : 0).Run();
    }
}
