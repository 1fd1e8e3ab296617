using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A batch of matrix products on a device.</summary>
static class ProductLaunch
{
    const int Side = 16;

    static readonly TypedKernels Plain = new("matmul_2_shared", null, ["Unchanged"]), Rectified = new("matmul_2_shared", null, [typeof(Relu)]);

    /// <summary>target = left · right for each product of the batch, plus bias where the product has one, rectified or not. Addresses are those of first elements.</summary>
    public static void Run(
        LaunchQueue queue, DType dtype, MatrixProduct product, int batch, ulong left, ulong right, ulong bias, ulong target, bool rectifies)
    {
        if (product.Rows == 0 || product.Columns == 0 || batch == 0) return;
        var grid = new LaunchGrid((product.Columns + Side - 1) / Side, (product.Rows + Side - 1) / Side, batch, Side * Side);
        KernelCall call = queue.Call((rectifies ? Rectified : Plain).Of(dtype), grid).View(left, Reach(product.LeftBatchStep, batch, product.LeftRowStep, product.Rows, product.LeftInnerStep, product.Inner))
            .View(right, Reach(product.RightBatchStep, batch, product.RightInnerStep, product.Inner, product.RightColumnStep, product.Columns)).View(bias, product.HasBias != 0 ? product.Columns : 0).View(target, (long)batch * product.Rows * product.Columns).Value(product);
        (rectifies ? call.Value(default(Relu)) : call.Value((byte)0)).Run();
    }

    // Elements from the first to the last that is read.
    static long Reach(long batchStep, int batch, int outerStep, int outer, int innerStep, int inner)
    {
        if (inner == 0 || outer == 0) return 0;
        return 1 + Math.Max(0, batchStep * (batch - 1)) + Math.Max(0, (long)outerStep * (outer - 1)) + Math.Max(0, (long)innerStep * (inner - 1));
    }
}
