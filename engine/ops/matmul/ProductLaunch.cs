using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A batch of matrix products on a device.</summary>
static class ProductLaunch
{
    /// <summary>target = left · right for each product of the batch, plus bias where the product has one, rectified or not. Addresses are those of first elements.</summary>
    public static void Run(
        LaunchQueue queue, DType dtype, MatrixProduct product, int batch, ulong left, ulong right, ulong bias, ulong target, bool rectifies)
    {
        var request = new MatMulRequest(product, batch)
        {
            Element = TypedKernels.Element(dtype),
            Finish = rectifies ? typeof(Relu) : typeof(Unchanged),
            Precision = Settings.DevicePrecision,
            LeftAlignment = MatMulRequest.AlignmentOf(left),
            RightAlignment = MatMulRequest.AlignmentOf(right),
            TargetAlignment = MatMulRequest.AlignmentOf(target),
            Multiprocessors = queue.Multiprocessors,
            BlockThreads = queue.BlockThreads,
            HasWarps = queue.HasWarps,
            Tuning = queue.Tuning,
            HasWarpGroups = queue.HasWarpGroups,
            HasKernel = queue.HasKernel,
        };
        var launch = MatMulLaunch.Choose(request);
        var operands = new MatMulOperands(
            new DeviceView(left, Reach(product.LeftBatchStep, batch, product.LeftRowStep, product.Rows, product.LeftInnerStep, product.Inner)),
            new DeviceView(right, Reach(product.RightBatchStep, batch, product.RightInnerStep, product.Inner, product.RightColumnStep, product.Columns)),
            new DeviceView(bias, product.HasBias != 0 ? product.Columns : 0),
            new DeviceView(target, (long)batch * product.Rows * product.Columns),
            launch.ScratchBytes > 0 ? queue.Scratch(launch.ScratchBytes) : 0);
        for (int i = 0; i < launch.Count; i++)
        {
            KernelCall call = queue.Call(launch.Kernel(i), launch.Grid(i));
            (rectifies ? call.Product(launch, i, operands, default(Relu)) : call.Product(launch, i, operands, default(Unchanged))).Run();
        }
    }

    // Elements from the first to the last that is read.
    static long Reach(long batchStep, int batch, int outerStep, int outer, int innerStep, int inner)
    {
        if (inner == 0 || outer == 0) return 0;
        return 1 + (batchStep * (batch - 1)) + ((long)outerStep * (outer - 1)) + ((long)innerStep * (inner - 1));
    }
}
