namespace Adjoint.Kernels;

/// <summary>
/// Cuts C into a rectangle for each thread, so that a thread packs little: the rows of A, unless they are read in place, and the columns of B of its rectangle; and rectangles into pieces of
/// some rows, which fit the second cache level and which threads that are done early take from others.
/// </summary>
readonly struct MatMulGrid
{
    readonly RowTiles tiles;
    readonly int panels, bands, groups, piecesPerBand;

    /// <summary>The cut of C for as many threads as the product is worth.</summary>
    /// <param name="shape">The whole product.</param>
    /// <param name="tiles">Its rows in register tiles.</param>
    /// <param name="panels">Panels of the block of columns.</param>
    /// <param name="panelWidth">Columns of a panel.</param>
    /// <param name="mostRows">Rows of A that fit the second cache level.</param>
    /// <param name="packsRows">Whether rows of A are packed too, not only columns of B.</param>
    public MatMulGrid(in MatMulShape shape, RowTiles tiles, int panels, int panelWidth, int mostRows, bool packsRows)
    {
        this.tiles = tiles;
        this.panels = panels;
        Shares = Blocking.SharesWorth(shape);
        var threads = Math.Min(Workers.Threads, Shares);
        (bands, groups) = threads < 2 ? (1, 1) : Rectangles(threads, shape.M, panels, panelWidth, packsRows);
        var isSerial = bands * groups == 1;
        var rows = (shape.M + bands - 1) / bands;
        var wanted = isSerial ? 1 : Blocking.PiecesPerThread;
        var blocks = (rows + mostRows - 1) / mostRows;
        piecesPerBand = Math.Clamp(wanted, blocks, Math.Max(blocks, rows / Blocking.LeastRows));
        // Few rows: pieces are cut from the columns.
        if (!isSerial && piecesPerBand < wanted) groups = Math.Min(panels, groups * wanted / piecesPerBand);
    }

    /// <summary>How many threads the product is worth.</summary>
    public int Shares { get; }

    /// <summary>Pieces.</summary>
    public int Count => bands * groups * piecesPerBand;

    /// <summary>The group of panels of a piece.</summary>
    public int Group(int piece) => piece / piecesPerBand % groups;

    /// <summary>The first panel of a group.</summary>
    public int Panel(int group) => (int)((long)panels * group / groups);

    /// <summary>The first row of a piece.</summary>
    public int FirstRow(int piece) => Row(Block(piece));

    /// <summary>The row after a piece's last.</summary>
    public int EndRow(int piece) => Row(Block(piece) + 1);

    // Blocks of rows, counted over all bands.
    int Block(int piece) => (piece / piecesPerBand / groups * piecesPerBand) + (piece % piecesPerBand);

    int Row(int block) => tiles.Row((int)((long)tiles.Count * block / (bands * piecesPerBand)));

    // Bands of rows times groups of panels, for at most so many threads: the cut with the least to pack for the thread that packs most.
    static (int Bands, int Groups) Rectangles(int threads, int rows, int panels, int panelWidth, bool packsRows)
    {
        var best = (Bands: 1, Groups: 1);
        var least = long.MaxValue;
        for (var bands = Math.Min(threads, Math.Max(1, rows / Blocking.LeastRows)); bands >= 1; bands--)
        {
            var groups = Math.Min(threads / bands, panels);
            // Packing per multiplication that the thread does: fewer threads in use count against a cut.
            var packed = (packsRows ? (long)rows / bands : 0) + ((long)panels * panelWidth / groups);
            var cost = packed + ((long)rows * panels * panelWidth / (bands * groups));
            if (cost >= least) continue;
            least = cost;
            best = (bands, groups);
        }

        return best;
    }
}
