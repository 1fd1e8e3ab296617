namespace Adjoint.Kernels;

/// <summary>
/// The product that skips what relu, a gate or a mask has left at zero: for each row of A, or two of them that are much alike, a list of what is not zero, and for each number of the list one row of B. Where B has
/// infinities or NaN, zeros count as well: then it is not done.
/// </summary>
static unsafe class SparseMatMul<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    // Costs in multiplications of a full product: of one that is not skipped, at best; of a visit of a row's list; of a number of A that is looked at for all columns; of a number of C that is loaded and stored for a block; of a
    // number of A or B that is copied or turned; of one of B that is looked at alone.
    const double Multiplied = 1.05;
    const double Visited = 300;
    const double Listed = 18;
    const double Stored = 3;
    const double Copied = 1;
    const double Turned = 3;
    const double Tested = 2;

    // The gain that samples of the densities must promise, and the lists themselves, when they have been made.
    const double Margin = 0.9;
    const double LastMargin = 0.92;

    const long LeastWork = 1 << 15;

    // What lists and a turned result may take of a thread's memory: depth of the product, and numbers of C.
    const int MostDepth = 4096;
    const long MostTurned = 1 << 22;

    // Where so little of A is left, zeros of B are not looked for; where so much is left of an operand, its zeros are not worth the sum of their cost.
    const double FewEnough = 0.1;
    const double TooMany = 0.8;

    /// <summary>Whether vectors are so wide that lists, fast with instructions for 512 bits alone, are cheap beside sums.</summary>
    public static bool Pays => sizeof(V) == 64;

    /// <summary>The product with its epilogue, if it is likely to be faster so and no number that is skipped would have counted.</summary>
    /// <returns>False if it is not done: then C is undefined.</returns>
    public static bool TryRun(in MatMulShape shape, T* a, T* b, T* c, in MatMulEpilogue<T> epilogue)
    {
        if (shape.Work < LeastWork) return false;
        var direct = new Way(shape, a, b, 0);
        double least = Margin * shape.Work;

        // Zeros of B are those of the left operand of Cᵀ = Bᵀ·Aᵀ.
        if (direct.Density > FewEnough && (long)shape.M * shape.N <= MostTurned)
        {
            var turned = new Way(TransposedMatMul<TSimd, V, T>.Turn(shape), b, a, Turned * shape.M * shape.N);
            if (turned.Cost < Math.Min(least, direct.Cost))
            {
                T* result = Scratch.Result<T>((long)shape.M * shape.N);
                if (!Run(turned, b, a, result, default)) return false;
                TransposedMatMul<TSimd, V, T>.TurnBack(shape, result, c, epilogue);
                return true;
            }
        }

        return direct.Cost < least && Run(direct, a, b, c, epilogue);
    }

    static bool Run(in Way way, T* a, T* b, T* c, in MatMulEpilogue<T> epilogue)
    {
        bool isDone = true;
        long cost = (long)way.Cost;
        Workers.ForShares(way.Cut.Pieces, Blocking.SharesWorth(way.Shape, cost), Blocking.IsLong(cost), new Body(way, a, b, c, epilogue, &isDone));
        return isDone;
    }

    /// <summary>A product whose left operand's zeros are skipped, and what that costs in multiplications of a full one; infinite where it cannot be done.</summary>
    readonly struct Way
    {
        readonly double beside, visit, columns;

        public Way(in MatMulShape shape, T* a, T* b, double turning)
        {
            Shape = shape;
            Cost = double.PositiveInfinity;
            Density = 1;
            bool isSuited = shape.N >= SparseCut<TSimd, V, T>.LeastColumns && shape.K <= MostDepth && (shape.AColumn == 1 || shape.ARow == 1) && (shape.BColumn == 1 || shape.BRow == 1);
            if (!isSuited) return;
            Density = shape.AColumn == 1 ? NonZeros.Density(a, shape.ARow, shape.M, shape.K) : NonZeros.Density(a, shape.AColumn, shape.K, shape.M);
            if (Density >= TooMany) return;
            Cut = new(shape, b, Density);
            double ofA = (double)shape.M * shape.K, ofB = (double)shape.K * shape.N;
            double copied = (shape.AColumn == 1 ? 0 : Turned * ofA) + (Cut.ReadsInPlace ? 0 : (shape.BColumn == 1 ? Copied : Turned) * ofB);
            columns = Cut.Covered;
            visit = Visited * Cut.Blocks * Cut.Bands;
            beside = turning + copied + (Stored * Cut.Blocks * shape.M * Cut.Covered) + (Listed * ofA) + (Tested * Math.Pow(1 - Density, shape.M) * ofB);
            Cost = beside + (visit * shape.M) + (Multiplied * Density * ofA * columns);
        }

        /// <summary>The product.</summary>
        public MatMulShape Shape { get; }

        /// <summary>An estimate of the part of A that is not zero.</summary>
        public double Density { get; }

        /// <summary>How it is cut; undefined where the cost is infinite.</summary>
        public SparseCut<TSimd, V, T> Cut { get; }

        /// <summary>Multiplications of a full product in the time that it is expected to take.</summary>
        public double Cost { get; }

        /// <summary>Whether lists of some rows keep what the estimate has promised.</summary>
        public bool Pays(in SparseLists lists, int rows) => beside + (((visit * lists.Count) + (lists.Cost * columns)) * Shape.M / rows) < LastMargin * Shape.Work;
    }

    readonly struct Body(Way way, T* a, T* b, T* c, MatMulEpilogue<T> epilogue, bool* isDone) : IRangeBody
    {
        const int RowsTogether = SparseLists.RowsTogether;

        public void Run(int start, int end)
        {
            SparseCut<TSimd, V, T> cut = way.Cut;
            int firstRow = cut.ByRows ? start * RowsTogether : 0, lastRow = cut.ByRows ? Math.Min(end * RowsTogether, way.Shape.M) : way.Shape.M;
            int firstColumn = cut.ByRows ? 0 : cut.Column(start), lastColumn = cut.ByRows ? way.Shape.N : cut.Column(end);
            for (int column = firstColumn, last; column < lastColumn; column = last)
            {
                // No strip is narrower than a band.
                last = lastColumn - column < cut.Strip + SparseCut<TSimd, V, T>.LeastColumns ? lastColumn : column + cut.Strip;
                if (Strip(firstRow, lastRow, column, last)) continue;
                *isDone = false;
                return;
            }
        }

        // Some columns, which are copied together: false if lists do not pay, or if numbers are not finite.
        bool Strip(int firstRow, int lastRow, int firstColumn, int lastColumn)
        {
            MatMulShape shape = way.Shape;
            var lists = new SparseLists(shape.K, way.Cut.Depth);
            var bands = new SparseBands<TSimd, V, T>(shape, way.Cut, b, firstColumn, lastColumn);
            bool isFinite = true;
            for (int row = firstRow; row < lastRow; row += RowsTogether)
            {
                int rows = Math.Min(RowsTogether, lastRow - row);
                T* left = Left(row, rows, out nint leftRow);
                lists.Make(left, leftRow, rows);

                // The first rows of all decide, so that the way does not depend on threads.
                if (row == 0 && !way.Pays(lists, rows)) *isDone = false;
                if (!*isDone) return false;
                MatMulTally.Skip((((long)rows * shape.K) - lists.Multiplied) * (lastColumn - firstColumn));
                for (int column = firstColumn; column < lastColumn;)
                {
                    SparseBand<TSimd, V, T> band = bands.Next(ref column, out int at);
                    isFinite &= band.Run(lists, way.Cut.Blocks, rows, left, leftRow, c + (row * shape.CRow) + at, shape.CRow, epilogue.At(row, at));
                }
            }

            // A number of B that is not finite shows in the sum of a row that has a factor for it. Those for which no row has one are looked at alone.
            int* unseen = lists.Unseen(out int count);
            for (int column = firstColumn; column < lastColumn;) isFinite &= bands.Next(ref column, out _).IsFinite(unseen, count);
            return isFinite;
        }

        T* Left(int row, int rows, out nint leftRow)
        {
            MatMulShape shape = way.Shape;
            T* left = a + (row * shape.ARow);
            leftRow = shape.ARow;
            if (shape.AColumn == 1) return left;
            leftRow = (shape.K + NonZeros.Word - 1) / NonZeros.Word * NonZeros.Word;
            T* turned = Scratch.Left<T>(rows * leftRow);
            Packing.Turn(left, shape.AColumn, shape.K, rows, turned, leftRow);
            return turned;
        }
    }
}
