namespace Adjoint.Kernels;

/// <summary>
/// The product that skips what relu, a gate or a mask has left at zero: for each row of A a list of what is not zero, and for each number of the list one row of B. Where B has infinities or NaN, zeros count
/// as well: then it is not done.
/// </summary>
static unsafe class SparseMatMul<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    // Costs in multiplications of a full product: of one that is not skipped, and loads its factor; of a visit of a row's list; of a number of A that is looked at for a band; of a number of C that is
    // loaded and stored for a block; of a number of A or B that is copied or turned; of one of B that is looked at alone.
    const double Multiplied = 1.25;
    const double Visited = 300;
    const double Listed = 6;
    const double Stored = 4;
    const double Copied = 1;
    const double Turned = 3;
    const double Tested = 2;

    // The gain that samples of the densities must promise.
    const double Margin = 0.9;

    const long LeastWork = 1 << 15;

    // What lists and a turned result may take of a thread's memory: depth of the product, and numbers of C.
    const int MostDepth = 4096;
    const long MostTurned = 1 << 22;

    // Where so little of A is left, zeros of B are not looked for; where so much is left of an operand, its zeros are not worth the sum of their cost.
    const double FewEnough = 0.1;
    const double TooMany = 0.7;

    /// <summary>Whether vectors are so wide that lists, which are made for each band of columns, and fast with instructions for 512 bits alone, are cheap beside sums.</summary>
    public static bool Pays => sizeof(V) == 64;

    /// <summary>The product with its epilogue, if it is likely to be faster so and no number that is skipped would have counted.</summary>
    /// <returns>False if it is not done: then C is undefined.</returns>
    public static bool TryRun(in MatMulShape shape, T* a, T* b, T* c, in MatMulEpilogue<T> epilogue)
    {
        if (shape.Work < LeastWork) return false;
        double least = Margin * shape.Work, density = 1, ofB = 1;
        if (Suits(shape))
        {
            density = Density(shape, a);
            if (density < TooMany) least = Math.Min(least, Cost(shape, b, density));
        }

        // Zeros of B are those of the left operand of Cᵀ = Bᵀ·Aᵀ.
        MatMulShape turned = TransposedMatMul<TSimd, V, T>.Turn(shape);
        bool isTurned = false;
        if (density > FewEnough && (long)shape.M * shape.N <= MostTurned && Suits(turned))
        {
            ofB = Density(turned, b);
            double cost = ofB < TooMany ? Cost(turned, a, ofB) + (Turned * shape.M * shape.N) : least;
            isTurned = cost < least;
            least = Math.Min(least, cost);
        }

        if (least >= Margin * shape.Work) return false;
        if (!isTurned) return Run(shape, new(shape, b, density), (long)least, a, b, c, epilogue);
        T* result = Scratch.Result<T>((long)shape.M * shape.N);
        if (!Run(turned, new(turned, a, ofB), (long)least, b, a, result, default)) return false;
        TransposedMatMul<TSimd, V, T>.TurnBack(shape, result, c, epilogue);
        return true;
    }

    static bool Suits(in MatMulShape shape) =>
        shape.N >= SparseCut<TSimd, V, T>.LeastColumns && shape.K <= MostDepth && (shape.AColumn == 1 || shape.ARow == 1) && (shape.BColumn == 1 || shape.BRow == 1);

    static double Density(in MatMulShape shape, T* a) =>
        shape.AColumn == 1 ? NonZeros.Density(a, shape.ARow, shape.M, shape.K) : NonZeros.Density(a, shape.AColumn, shape.K, shape.M);

    static double Cost(in MatMulShape shape, T* b, double density)
    {
        var cut = new SparseCut<TSimd, V, T>(shape, b, density);
        double ofA = (double)shape.M * shape.K, ofB = (double)shape.K * shape.N, ofC = (double)shape.M * cut.Covered;
        double copied = (shape.AColumn == 1 ? 0 : Turned * ofA) + (cut.ReadsInPlace ? 0 : (shape.BColumn == 1 ? Copied : Turned) * ofB);
        double visited = (cut.Bands * ((Listed * ofA) + (Visited * shape.M * cut.Blocks))) + (Stored * ofC * cut.Blocks);
        return (Multiplied * density * ofC * shape.K) + visited + (Tested * Math.Pow(1 - density, shape.M) * ofB) + copied;
    }

    static bool Run(in MatMulShape shape, in SparseCut<TSimd, V, T> cut, long cost, T* a, T* b, T* c, in MatMulEpilogue<T> epilogue)
    {
        bool isFinite = true;
        Workers.ForShares(cut.Pieces, Blocking.SharesWorth(shape, cost), Blocking.IsLong(cost), new Body(shape, cut, a, b, c, epilogue, &isFinite));
        return isFinite;
    }

    readonly struct Body(MatMulShape shape, SparseCut<TSimd, V, T> cut, T* a, T* b, T* c, MatMulEpilogue<T> epilogue, bool* isFinite) : IRangeBody
    {
        public void Run(int start, int end)
        {
            int firstRow = cut.ByRows ? start * SparseCut<TSimd, V, T>.RowsTogether : 0;
            int lastRow = cut.ByRows ? Math.Min(end * SparseCut<TSimd, V, T>.RowsTogether, shape.M) : shape.M;
            int firstColumn = cut.ByRows ? 0 : cut.Column(start), lastColumn = cut.ByRows ? shape.N : cut.Column(end);

            // The last band overlaps the one before, if it is narrow, and gives the same numbers again.
            for (int column = firstColumn, vectors; column < lastColumn; column += vectors * TSimd.Count)
            {
                vectors = SparseCut<TSimd, V, T>.Vectors(lastColumn - column);
                int at = Math.Min(column, lastColumn - (vectors * TSimd.Count));
                var band = new SparseBand<TSimd, V, T>(shape, cut, vectors, b + (at * shape.BColumn));
                if (!band.Run(firstRow, lastRow, a, c + at, epilogue.At(0, at))) *isFinite = false;
            }
        }
    }
}
