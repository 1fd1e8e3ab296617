using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Tests that set the vector width of products and the number of threads; both are restored after each. Fixtures of this kind run alone.</summary>
public abstract class MatMulFixture
{
    int threads;

    [SetUp]
    public void RememberThreads() => threads = Workers.Threads;

    [TearDown]
    public void RestoreSettings()
    {
        Workers.Threads = threads;
        MatMulKernel.Variant = MatMulKernel.Widest;
    }

    internal static IEnumerable<MatMulVariant> Variants() => Enum.GetValues<MatMulVariant>().Where(variant => variant <= MatMulKernel.Widest);
}
