namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of linear algebra in the table.</summary>
static class LinalgTable
{
    static readonly Type[][] Lanes = [[typeof(Scalar32)], [typeof(Scalar64)]];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(typeof(TriangularKernels), nameof(TriangularKernels.Triangle), "linalg_triangle"),
        One(typeof(TriangularKernels), nameof(TriangularKernels.Solve), "linalg_triangular_solve"),
        One(typeof(TriangularKernels), nameof(TriangularKernels.Subtract), "linalg_subtract"),
        One(typeof(FactorKernels), nameof(FactorKernels.Cholesky), "linalg_cholesky") with { Traits = KernelTraits.None },
        One(typeof(FactorKernels), nameof(FactorKernels.Lu), "linalg_lu") with { Traits = KernelTraits.None },
        One(typeof(EigenKernels), nameof(EigenKernels.Eigen), "linalg_eigen") with { Traits = KernelTraits.None },
        One(typeof(SvdKernels), nameof(SvdKernels.Svd), "linalg_svd") with { Traits = KernelTraits.None },
        One(typeof(QrKernels), nameof(QrKernels.Qr), "linalg_qr") with { Traits = KernelTraits.None },
    ];

    static KernelDescription One(Type holder, string method, string name) => new()
    {
        Family = "linalg",
        Name = name,
        Method = holder.GetMethod(method)!,
        Registers = (80, 80),
        Traits = KernelTraits.Independent,
        Checked = Lanes,
    };
}
