namespace Adjoint.Kernels.Gpu;

/// <summary>Numbers of four neighbouring rows in one column; a structure, since the compiler leaves arrays of f64 in memory.</summary>
struct Rows4<V> where V : unmanaged, ILane<V>
{
    internal V A, B, C, D;

    public static Rows4<V> Same(V number) => new() { A = number, B = number, C = number, D = number };

    /// <summary>This plus factors times a number.</summary>
    public readonly Rows4<V> Plus(Rows4<V> factors, V number) => new()
    {
        A = V.MultiplyAdd(factors.A, number, A),
        B = V.MultiplyAdd(factors.B, number, B),
        C = V.MultiplyAdd(factors.C, number, C),
        D = V.MultiplyAdd(factors.D, number, D),
    };

    public readonly Rows4<V> Times(Rows4<V> factors) => new() { A = A * factors.A, B = B * factors.B, C = C * factors.C, D = D * factors.D };
}

/// <summary>What a thread sums up: four rows of four columns.</summary>
struct ThreadSums<V> where V : unmanaged, ILane<V>
{
    internal Rows4<V> First, Second, Third, Fourth;

    public static ThreadSums<V> Zero()
    {
        Rows4<V> zero = Rows4<V>.Same(V.From(0));
        return new() { First = zero, Second = zero, Third = zero, Fourth = zero };
    }

    public readonly ThreadSums<V> Times(Rows4<V> factors) =>
        new() { First = First.Times(factors), Second = Second.Times(factors), Third = Third.Times(factors), Fourth = Fourth.Times(factors) };
}
