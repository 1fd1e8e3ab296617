namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of pointwise kernels in the table. Operators of the engine come in as type arguments; those here stand for them in checks.</summary>
static class PointwiseTable
{
    static readonly Type[] Numbers = [typeof(float), typeof(double), typeof(int), typeof(long)];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        Dense(nameof(DenseKernels.Unary), typeof(Exponential)),
        Dense(nameof(DenseKernels.Binary), typeof(Product)),
        Dense(nameof(DenseKernels.Ternary), typeof(MultiplyAdd)),
        new()
        {
            Family = "pointwise",
            Name = "dense_fill",
            Method = typeof(DenseKernels).GetMethod(nameof(DenseKernels.Fill))!,
            Registers = (24, 24),
            Checked = [[typeof(byte)], [typeof(int)], [typeof(long)]],
        },
        Strided(nameof(StridedKernels.Unary), [.. Lanes(typeof(Exponential)), [typeof(Opposite), typeof(Integer32)], [typeof(Opposite), typeof(Integer64)]]),
        Strided(nameof(StridedKernels.Binary), [.. Lanes(typeof(Product)), [typeof(Product), typeof(Integer32)], [typeof(Product), typeof(Integer64)]]),
        Strided(nameof(StridedKernels.Ternary), Lanes(typeof(MultiplyAdd))),
        Strided(nameof(StridedKernels.Compare), [.. Numbers.Append(typeof(byte)).Select(type => new[] { typeof(Smaller), type })]),
        Strided(nameof(StridedKernels.Where), [[typeof(byte)], [typeof(int)], [typeof(long)]]),
        Strided(nameof(StridedKernels.Copy), [[typeof(byte)], [typeof(int)], [typeof(long)]]),
        Strided(nameof(StridedKernels.Cast), [.. Casts()]),
        Strided(nameof(StridedKernels.Sequence), [.. Lanes(), [typeof(Integer32)], [typeof(Integer64)]]),
    ];

    static KernelDescription Dense(string method, Type op) => new()
    {
        Family = "pointwise",
        Name = $"dense_{method.ToLowerInvariant()}",
        Method = typeof(DenseKernels).GetMethod(method)!,
        Registers = (64, 72),
        Traits = KernelTraits.VectorLoads | KernelTraits.Independent,
        Checked = [[op, typeof(Scalar32), typeof(Pack4<Scalar32>)], [op, typeof(Scalar64), typeof(Pack2<Scalar64>)]],
    };

    static KernelDescription Strided(string method, Type[][] types) => new()
    {
        Family = "pointwise",
        Name = $"strided_{method.ToLowerInvariant()}",
        Method = typeof(StridedKernels).GetMethod(method)!,
        Registers = (72, 72),
        Traits = KernelTraits.Independent,
        Checked = types,
    };

    static Type[][] Lanes(params Type[] before) => [[.. before, typeof(Scalar32)], [.. before, typeof(Scalar64)]];

    static IEnumerable<Type[]> Casts() =>
        from source in Numbers.Append(typeof(byte))
        from target in Numbers.Append(typeof(byte))
        where source != target
        select new[] { source, target, typeof(Conversions) };

    readonly struct Exponential : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Exp(x);
    }

    readonly struct Opposite : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => -x;
    }

    readonly struct Product : IBinaryOperator
    {
        public V Apply<V>(V x, V y) where V : struct, ILane<V> => x * y;
    }

    readonly struct Smaller : IComparison
    {
        public bool Holds<T>(T x, T y) where T : unmanaged, System.Numerics.INumber<T> => x < y;

        public System.Runtime.Intrinsics.Vector256<T> Holds<T>(System.Runtime.Intrinsics.Vector256<T> x, System.Runtime.Intrinsics.Vector256<T> y)
            where T : unmanaged, System.Numerics.INumber<T> => System.Runtime.Intrinsics.Vector256.LessThan(x, y);
    }
}
