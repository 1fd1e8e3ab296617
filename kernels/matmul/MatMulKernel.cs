using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>
/// Matrix products of f32 and f64. Each element of the result is summed in the same order for any number of threads and wherever in C it
/// stands; NaN and infinities spread as IEEE 754 says. Zeros of A or of B are skipped where they are many and nothing tells the difference
/// (but the sign of a zero that is left when a sum has underflowed).
/// </summary>
public static unsafe class MatMulKernel
{
    /// <summary>The widest variant that this machine runs.</summary>
    internal static MatMulVariant Widest { get; } =
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? MatMulVariant.Vector512
        : Vector256.IsHardwareAccelerated && Avx2.IsSupported ? MatMulVariant.Vector256
        : MatMulVariant.Vector128;

    /// <summary>The variant in use; at start the widest. For tests.</summary>
    internal static MatMulVariant Variant { get; set; } = Widest;

    /// <summary>C[m,n] = (accumulate ? C : 0) + A[m,k]·B[k,n], T being float or double. C must not overlap A or B.</summary>
    public static void Run<T>(in MatMulShape shape, T* a, T* b, T* c, bool accumulate) where T : unmanaged => Run(shape, a, b, c, accumulate, default);

    /// <summary>The same, then <paramref name="epilogue"/> on each element of C when its sum is complete.</summary>
    public static void Run<T>(in MatMulShape shape, T* a, T* b, T* c, bool accumulate, in MatMulEpilogue<T> epilogue) where T : unmanaged
    {
        MatMulTally.Add(shape.Work);
        switch (Variant)
        {
            case MatMulVariant.Vector512: Choose<Simd512<T>, Vector512<T>, T>(shape, a, b, c, accumulate, epilogue); break;
            case MatMulVariant.Vector256: Choose<Simd256<T>, Vector256<T>, T>(shape, a, b, c, accumulate, epilogue); break;
            default: Choose<Simd128<T>, Vector128<T>, T>(shape, a, b, c, accumulate, epilogue); break;
        }
    }

    static void Choose<TSimd, V, T>(in MatMulShape shape, T* a, T* b, T* c, bool accumulate, in MatMulEpilogue<T> epilogue)
        where TSimd : struct, ISimd<V, T>
        where V : unmanaged
        where T : unmanaged
    {
        if (shape.M == 0 || shape.N == 0) return;
        if (shape.K == 0)
        {
            for (var row = 0; row < shape.M; row++)
            {
                var line = c + (row * shape.CRow);
                if (!accumulate) new Span<T>(line, shape.N).Clear();
                FinishLine<TSimd, V, T>.Row(epilogue.At(row, 0)).Apply(0, shape.N, line, 1);
            }
        }
        else if (!accumulate && SparseMatMul<TSimd, V, T>.Pays && SparseMatMul<TSimd, V, T>.TryRun(shape, a, b, c, epilogue))
            return;
        else if (shape.N == 1)
            MatrixVector<TSimd, V, T>.Run(shape.M, shape.K, a, shape.ARow, shape.AColumn, b, shape.BRow, c, shape.CRow, accumulate,
                FinishLine<TSimd, V, T>.Column(epilogue));
        else if (shape.M == 1)
            MatrixVector<TSimd, V, T>.Run(shape.N, shape.K, b, shape.BColumn, shape.BRow, a, shape.AColumn, c, 1, accumulate,
                FinishLine<TSimd, V, T>.Row(epilogue));
        else if (shape.Work <= Blocking.SmallWork && TransposedMatMul<TSimd, V, T>.Suits(shape, accumulate))
        {
            if (FitsHalf<TSimd, V, T>(shape.M)) TransposedMatMul<Simd256<T>, Vector256<T>, T>.Run(shape, a, b, c, epilogue);
            else TransposedMatMul<TSimd, V, T>.Run(shape, a, b, c, epilogue);
        }
        else if (shape.Work <= Blocking.SmallWork && FitsHalf<TSimd, V, T>(shape.N))
            SmallMatMul<Simd256<T>, Vector256<T>, T>.Run(shape, a, b, c, accumulate, epilogue);
        else if (shape.Work <= Blocking.SmallWork || (shape.N <= Panel<TSimd, V, T>.Columns && shape.K <= Blocking.SmallDepth)
            || Blocking.NeedsNoBlocks(shape, sizeof(V), sizeof(T), Panel<TSimd, V, T>.Columns))
            SmallMatMul<TSimd, V, T>.Run(shape, a, b, c, accumulate, epilogue);
        else
            BlockedMatMul<TSimd, V, T>.Run(shape, a, b, c, accumulate, epilogue);
    }

    // Whether the columns of a tile fit half of a register of 512 bits: processors that work on such a register in halves do two of the others in its time.
    internal static bool FitsHalf<TSimd, V, T>(int columns)
        where TSimd : struct, ISimd<V, T>
        where V : unmanaged
        where T : unmanaged =>
        typeof(TSimd) == typeof(Simd512<T>) && columns <= Vector256<T>.Count;
}
