namespace Adjoint.Kernels.Gpu;

/// <summary>A row of a thread's 4 x 4 sums: a structure, since the compiler leaves arrays of f64 in memory.</summary>
struct Sums4<V> where V : unmanaged, ILane<V>
{
    internal V A, B, C, D;

    public static Sums4<V> Zero => new() { A = V.From(0), B = V.From(0), C = V.From(0), D = V.From(0) };

    public readonly Sums4<V> Plus(V row, V a, V b, V c, V d) => new()
    {
        A = V.MultiplyAdd(row, a, A),
        B = V.MultiplyAdd(row, b, B),
        C = V.MultiplyAdd(row, c, C),
        D = V.MultiplyAdd(row, d, D),
    };
}
