namespace Adjoint.Kernels;

/// <summary>The vector width that products run on.</summary>
enum MatMulVariant
{
    Vector128,
    Vector256,
    Vector512,
}
