namespace Adjoint.Kernels;

/// <summary>
/// A product as Cᵀ = Bᵀ·Aᵀ, turned at the end: for a small batch times weights [out, in], where the direct way would have to turn all of the weights, and
/// for few columns, which would leave most of each vector unused.
/// </summary>
static unsafe class TransposedMatMul<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    // Costs in multiplications: those of a number that is packed, of one of the result that is turned, and of a row that ends inside a vector.
    const int Packed = 3;
    const int Turned = 5;
    const int Ragged = 100;

    // Rows of a tile two vectors wide that keep the multipliers busy.
    const int BusyRows = 4;

    /// <summary>Whether it is likely to be faster than the direct way.</summary>
    public static bool Suits(in MatMulShape shape, bool accumulate) =>
        !accumulate && (shape.BRow == 1 || shape.BColumn == 1)
        && Cost(Turn(shape)) + (Turned * (long)shape.M * shape.N) < Cost(shape);

    public static void Run(in MatMulShape shape, T* a, T* b, T* c, in MatMulEpilogue<T> epilogue)
    {
        var turned = Turn(shape);
        var result = Scratch.Result<T>((long)shape.M * shape.N);
        SmallMatMul<TSimd, V, T>.Run(turned, b, a, result, false, default);
        TurnBack(shape, result, c, epilogue);
    }

    /// <summary>C from Cᵀ, whose rows are contiguous, with what follows.</summary>
    public static void TurnBack(in MatMulShape shape, T* result, T* c, in MatMulEpilogue<T> epilogue)
    {
        Packing.Turn(result, shape.M, shape.N, shape.M, c, shape.CRow);
        if (!epilogue.IsNothing) Finish<TSimd, V, T>.Rows(shape.M, shape.N, c, shape.CRow, epilogue);
    }

    /// <summary>The shape of Cᵀ = Bᵀ·Aᵀ, the rows of Cᵀ being contiguous.</summary>
    public static MatMulShape Turn(in MatMulShape shape) =>
        new(shape.N, shape.M, shape.K, shape.BColumn, shape.BRow, shape.AColumn, shape.ARow, shape.M) { Resident = shape.Resident };

    static long Cost(in MatMulShape shape)
    {
        var lanes = MatMulKernel.FitsHalf<TSimd, V, T>(shape.N) ? TSimd.Count / 2 : TSimd.Count;
        var padded = (shape.N + lanes - 1) / lanes * lanes;
        var packed = shape.BColumn == 1 ? shape.N % Panel<TSimd, V, T>.Columns : shape.N;
        var rows = shape.N > TSimd.Count ? Math.Max(shape.M, BusyRows) : shape.M;
        return ((long)rows * shape.K * padded) + (Packed * (long)packed * shape.K) + (padded == shape.N ? 0 : Ragged * (long)shape.M);
    }
}
