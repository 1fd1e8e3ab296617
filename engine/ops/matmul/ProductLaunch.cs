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
        const long Whole = int.MaxValue;
        var grid = new LaunchGrid((product.Columns + Side - 1) / Side, (product.Rows + Side - 1) / Side, batch, Side * Side);
        KernelCall call = queue.Call((rectifies ? Rectified : Plain).Of(dtype), grid).View(left, Whole).View(right, Whole).View(bias, product.Columns).View(target, Whole).Value(product);
        (rectifies ? call.Value(default(Relu)) : call.Value((byte)0)).Run();
    }
}
