namespace Adjoint.Kernels;

/// <summary>How a product that skips zeros is cut: into pieces for threads, bands of columns whose sums fit the registers, and blocks of k.</summary>
readonly unsafe struct SparseCut<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    const int RowsTogether = SparseLists.RowsTogether;
    const int CacheLine = 64;
    const int LeastVectors = 4;

    // Numbers of a row of A that a list should hold, and bytes of B that all rows should find in the first cache level.
    const int Found = 8;
    const int BlockBytes = 32 * 1024;

    // Columns of B that are copied at a time.
    const int CopiedTogether = 512;

    // Rows of A from which on it pays to copy B, so that its rows begin with a cache line and lie next to each other.
    const int RowsWorthCopying = 24;

    readonly int columns;

    /// <summary>The cut for rows of A of which a part of <paramref name="density"/> is not zero.</summary>
    public SparseCut(in MatMulShape shape, T* b, double density)
    {
        columns = shape.N;
        int widest = Widest * TSimd.Count;
        bool isAligned = (shape.BRow * sizeof(T) % CacheLine) == 0 && (nuint)b % CacheLine == 0 && (shape.N <= widest || shape.BRow <= widest);
        ReadsInPlace = shape.BColumn == 1 && (isAligned || shape.M < RowsWorthCopying);
        ByRows = ReadsInPlace && shape.M >= 2 * RowsTogether;
        for (int left = shape.N, vectors; left > 0; left -= vectors * TSimd.Count)
        {
            vectors = Vectors(left);
            Bands++;
            Covered += vectors * TSimd.Count;
        }

        Pieces = ByRows ? (shape.M + RowsTogether - 1) / RowsTogether : Math.Max(1, Math.Min(Workers.Threads, shape.N / LeastColumns));

        // Few enough rows of B to stay near, and so many that a list has something to sum.
        int near = BlockBytes / (Math.Min(shape.N, widest) * sizeof(T)), wanted = Math.Max(near, (int)(Found / Math.Max(density, 1e-3)));
        Depth = (Math.Min(wanted, shape.K) + NonZeros.Word - 1) / NonZeros.Word * NonZeros.Word;
        Blocks = (shape.K + Depth - 1) / Depth;
    }

    /// <summary>The fewest columns that a band may have.</summary>
    public static int LeastColumns => LeastVectors * TSimd.Count;

    /// <summary>Pieces for threads: groups of <see cref="RowsTogether"/> rows, or ranges of columns.</summary>
    public int Pieces { get; }

    /// <summary>Whether a piece is a group of rows.</summary>
    public bool ByRows { get; }

    /// <summary>Whether B is read where it lies; otherwise each band is copied.</summary>
    public bool ReadsInPlace { get; }

    /// <summary>Rows of B in a block, whole words of them.</summary>
    public int Depth { get; }

    /// <summary>Blocks of k.</summary>
    public int Blocks { get; }

    /// <summary>Bands of columns of the whole product.</summary>
    public int Bands { get; }

    /// <summary>Columns of all bands, those that two of them share counted twice.</summary>
    public int Covered { get; }

    /// <summary>Columns whose copies and lists are made at a time, whole bands.</summary>
    public int Strip => ReadsInPlace ? columns : CopiedTogether;

    /// <summary>Vectors of the sums of each of two rows that are in registers together.</summary>
    public static int WidestOfTwo => Widest / 2;

    // Vectors of the widest band: as many sums as registers hold beside a factor.
    static int Widest => TSimd.Rows > 6 ? 16 : 8;

    /// <summary>Vectors of the next band where so many columns are left.</summary>
    public static int Vectors(int columns) => columns >= Widest * TSimd.Count ? Widest : columns >= 8 * TSimd.Count ? 8 : LeastVectors;

    /// <summary>The first column of a piece.</summary>
    public int Column(int piece) => piece == Pieces ? columns : (int)((long)columns / LeastColumns * piece / Pieces) * LeastColumns;
}
