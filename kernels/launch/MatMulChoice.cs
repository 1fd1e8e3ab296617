namespace Adjoint.Kernels;

/// <summary>Chooses the launches of a product by its shape, the way its operands lie, and the device.</summary>
static class MatMulChoice
{
    const int PieceMultiple = 128;

    // Cut sums take as much scratch memory at most.
    const long MostPieceBytes = 64L << 20;

    // Kernels of vectors wait for memory all the time: a multiprocessor needs several blocks at once.
    const int VectorBlocks = 8, VectorThreads = 256, WarpThreads = 32, LinesOfBlock = 32;

    // A row of more numbers than this is the work of a block, where there are few rows; pieces are at least this long.
    const int LongRow = 2048, LeastLinesPiece = 256;

    static readonly Type Whole = typeof(Unchanged);

    const string Rounding = "matmul_to_bf16", Fold = "matmul_fold", Naive = "matmul_1_naive", Dots = "matmul_dots", Lines = "matmul_lines";

    /// <summary>The best choice of whose kernels the device lacks none; the best of all where it lacks some of each.</summary>
    public static MatMulLaunch Of(in MatMulRequest request)
    {
        MatMulLaunch best = Best(request);
        if (request.HasKernel is not { } has) return best;
        MatMulRequest rest = request;
        MatMulLaunch launch = best;
        while (launch.FirstMissing(has) is { } line)
        {
            if (rest.Missing.Contains(line)) return best;
            rest = rest with { Missing = [.. rest.Missing, line] };
            launch = Best(rest);
        }

        return launch;
    }

    static MatMulLaunch Best(in MatMulRequest request)
    {
        MatrixProduct product = request.Product;
        if (request.Element != typeof(float) && request.Element != typeof(double))
            throw new ArgumentException($"MatMul: products are of float or double, not of {request.Element}. Cast the operands?", nameof(request));
        if (!typeof(IUnaryOperator).IsAssignableFrom(request.Finish))
            throw new ArgumentException($"MatMul: {request.Finish} is no unary operator. Finish in a kernel of its own?", nameof(request));
        if (product.Rows < 0 || product.Columns < 0 || product.Inner < 0 || request.Batch < 0)
            throw new ArgumentException($"MatMul: sizes below 0, {request.Batch} x [{product.Rows},{product.Inner}] · [{product.Inner},{product.Columns}]. Check the shapes?", nameof(request));
        if (request.Multiprocessors < 1 || request.BlockThreads < WarpThreads)
            throw new ArgumentException($"MatMul: {request.Multiprocessors} multiprocessors and blocks of {request.BlockThreads} threads. Call On(device)?", nameof(request));
        if (product.Rows == 0 || product.Columns == 0 || request.Batch == 0) return new([], 0);

        int batch = request.Batch;
        Simplify(ref product, ref batch);
        product.Pieces = 0;
        product.StoresFours = product.Columns % 4 == 0 && request.TargetAlignment >= 16 ? 1 : 0;
        if ((product.Rows == 1 || product.Columns == 1) && Vector(request, product, batch) is { } vector) return vector;
        return Rounded(request, product, batch) ?? Exact(request, product, batch);
    }

    // Strides that nothing depends on become 0; items that follow each other like rows become rows.
    static void Simplify(ref MatrixProduct product, ref int batch)
    {
        if (product.Inner <= 1) product.LeftInnerStep = product.RightInnerStep = 0;
        if (product.Columns == 1) product.RightColumnStep = 0;
        bool isOneRow = product.Rows == 1 && product.LeftBatchStep == (int)product.LeftBatchStep;
        if (batch > 1 && product.RightBatchStep == 0 && (long)product.Rows * batch <= int.MaxValue && (isOneRow || product.LeftBatchStep == (long)product.Rows * product.LeftRowStep))
        {
            if (isOneRow) product.LeftRowStep = (int)product.LeftBatchStep;
            product.Rows *= batch;
            batch = 1;
        }

        if (product.Rows == 1) product.LeftRowStep = 0;
        if (batch == 1) product.LeftBatchStep = product.RightBatchStep = 0;
    }

    // Null where the kernels of vectors are missing.
    static MatMulLaunch? Vector(in MatMulRequest request, MatrixProduct product, int batch)
    {
        string element = KernelReference.Label(request.Element);
        bool isSwapped = product.Rows == 1;
        if (isSwapped) product = Transposed(product);
        int rows = product.Rows;
        if (request.HasWarps && !request.Missing.Contains(Dots) && (product.LeftInnerStep == 1 || product.Inner <= 1))
        {
            int threads = Math.Min(VectorThreads, request.BlockThreads), warps = threads / WarpThreads;
            bool isLong = product.Inner > LongRow && Blocks(rows, warps) * batch < (long)request.Multiprocessors * VectorBlocks;
            long blocks = (isLong ? rows : Blocks(rows, warps)) * batch;
            int pieces = isLong ? Pieces(request, ref product, batch, blocks, VectorBlocks, LongRow) : 1;
            return Cut(request, Dots, $"{Dots}_{element}_{(isLong ? "BlockTeam" : "WarpTeam")}", new(Checked(blocks * pieces), 1, 1, threads), product, batch, isSwapped);
        }

        if (request.Missing.Contains(Lines)) return null;
        long lines = Blocks(rows, LinesOfBlock) * batch;
        int cut = Pieces(request, ref product, batch, lines, VectorBlocks, LeastLinesPiece);
        return Cut(request, Lines, $"{Lines}_{element}", new(Checked(lines * cut), 1, 1, Math.Min(VectorThreads, request.BlockThreads)), product, batch, isSwapped);
    }

    // The same memory as a product of the transposed operands in the other order.
    static MatrixProduct Transposed(MatrixProduct product) => product with
    {
        Rows = product.Columns,
        Columns = product.Rows,
        LeftRowStep = product.RightColumnStep,
        LeftInnerStep = product.RightInnerStep,
        LeftBatchStep = product.RightBatchStep,
        RightColumnStep = product.LeftRowStep,
        RightInnerStep = product.LeftInnerStep,
        RightBatchStep = product.LeftBatchStep,
        HasRowBias = product.HasBias,
    };

    // Null where rounding gains nothing.
    static MatMulLaunch? Rounded(in MatMulRequest request, in MatrixProduct product, int batch)
    {
        if (request.Precision == MatMulPrecision.Exact || request.Element != typeof(float) || !request.HasWarps || IsWanted(ExactTiles(request), request)) return null;
        if (request.Precision == MatMulPrecision.Bf16 && !IsWanted(MatMulTile.Tf32, request) && Bf16(request, product, batch) is { } launch) return launch;
        Access left = Left(product, batch, 4, request.LeftAlignment), right = Right(product, batch, 4, request.RightAlignment);
        if (left == Access.Singles || right == Access.Singles || Find(MatMulTile.Tf32, request, product, batch, left) is not { } tile) return null;
        return Tiled(request, tile, product, batch, left, right);
    }

    // Rounds both operands to scratch memory first, in the order in which they lie.
    static MatMulLaunch? Bf16(in MatMulRequest request, MatrixProduct product, int batch)
    {
        Access left = Left(product, batch, 8, request.LeftAlignment), right = Right(product, batch, 8, request.RightAlignment);
        MatMulTile[] tiles = Bf16Tiles(request);
        if (request.Missing.Contains(Rounding)) return null;
        if (left == Access.Singles || right == Access.Singles || Find(tiles, request, product, batch, left) is not { } tile) return null;
        if (!IsDense(left, product.Rows, product.Inner, product.LeftRowStep, product.LeftInnerStep, product.LeftBatchStep)) return null;
        if (!IsDense(right, product.Columns, product.Inner, product.RightColumnStep, product.RightInnerStep, product.RightBatchStep)) return null;
        long leftCount = (long)product.Rows * product.Inner * (product.LeftBatchStep == 0 ? 1 : batch), rightCount = (long)product.Inner * product.Columns * (product.RightBatchStep == 0 ? 1 : batch);
        long rightOffset = MatMulLaunch.Align(leftCount * sizeof(ushort)), end = rightOffset + MatMulLaunch.Align(rightCount * sizeof(ushort));
        int threads = Math.Min(VectorThreads, request.BlockThreads);
        KernelReference round = MatMulLaunch.Reference(Rounding, null);
        MatMulLaunch.Step[] before =
        [
            new() { Line = Rounding, Kind = MatMulLaunch.StepKind.Round, Kernel = round, Grid = LaunchGrid.Cover((leftCount + 3) / 4, threads), Left = MatMulLaunch.Place.Left, Length = leftCount },
            new() { Line = Rounding, Kind = MatMulLaunch.StepKind.Round, Kernel = round, Grid = LaunchGrid.Cover((rightCount + 3) / 4, threads), Left = MatMulLaunch.Place.Right, Offset = rightOffset, Length = rightCount },
        ];
        return Tiled(request, tile, product, batch, left, right, before, (leftCount, rightOffset, rightCount, end));
    }

    static bool IsDense(Access access, int lines, int inner, int lineStep, int innerStep, long batchStep) =>
        (access == Access.AlongInner ? lineStep == inner : innerStep == lines) && (batchStep == 0 || batchStep == (long)lines * inner);

    static MatMulLaunch Exact(in MatMulRequest request, in MatrixProduct product, int batch)
    {
        MatMulTile[] tiles = ExactTiles(request);
        Access left = Left(product, batch, 4, request.LeftAlignment), right = Right(product, batch, 4, request.RightAlignment);
        if (left == Access.Singles || right == Access.Singles) left = right = Access.Singles;
        MatMulTile tile = Find(tiles, request, product, batch, left) ?? Last(tiles, request, left) ?? tiles[^1];
        if (tile.Threads > request.BlockThreads || request.Missing.Contains(tile.Line))
        {
            // Rung 1 takes any multiple of 16 threads.
            const int Side = 16;
            int threads = Math.Min(request.BlockThreads, VectorThreads);
            tile = new($"{Naive}_{KernelReference.Label(request.Element)}", threads / Side, Side, threads, tile.LeastPiece, false);
        }

        return Tiled(request, tile, product, batch, left, right);
    }

    static MatMulTile? Last(MatMulTile[] tiles, in MatMulRequest request, Access access)
    {
        for (int i = tiles.Length - 1; i >= 0; i--)
        {
            if (Takes(tiles[i], request, access)) return tiles[i];
        }

        return null;
    }

    static bool Takes(in MatMulTile tile, in MatMulRequest request, Access access) =>
        tile.Threads <= request.BlockThreads && (access != Access.Singles || tile.TakesSingles) && !request.Missing.Contains(tile.Line);

    static MatMulTile[] ExactTiles(in MatMulRequest request) =>
        request.Element == typeof(double) ? MatMulTile.Double : request.BlockThreads >= MatMulTile.Single[0].Threads ? MatMulTile.Single : MatMulTile.SingleSmall;

    static MatMulTile[] Bf16Tiles(in MatMulRequest request) =>
        request.HasWarpGroups && !request.Missing.Contains(MatMulTile.Bf16Groups[0].Line) ? MatMulTile.Bf16Groups : MatMulTile.Bf16;

    // What was asked for or measured for a product; null for no wish.
    static string? Wanted(in MatMulRequest request) => request.Tile ?? request.Tuning?.Tiles.GetValueOrDefault(MatMulTuning.KeyOf(request));

    static bool IsWanted(MatMulTile[] tiles, in MatMulRequest request) =>
        Wanted(request) is { } wanted && !request.Missing.Contains(wanted) && Array.Exists(tiles, tile => tile.Line == wanted);

    /// <summary>Names of the tiles among which a product's kernel is chosen.</summary>
    public static IEnumerable<string> Tiles(in MatMulRequest request)
    {
        IEnumerable<MatMulTile> rounded = request.Element == typeof(double) ? [] : request.Precision switch
        {
            MatMulPrecision.Tf32 when request.HasWarps => MatMulTile.Tf32,
            MatMulPrecision.Bf16 when request.HasWarps => [.. Bf16Tiles(request), .. MatMulTile.Tf32],
            _ => [],
        };
        return rounded.Concat(ExactTiles(request)).Select(static tile => tile.Line);
    }

    // What was asked for or measured; else the first tile that gives each multiprocessor a block; null if none does.
    static MatMulTile? Find(MatMulTile[] tiles, in MatMulRequest request, in MatrixProduct product, int batch, Access access)
    {
        string? wanted = Wanted(request);
        foreach (MatMulTile tile in tiles)
        {
            if (tile.Line == wanted && Takes(tile, request, access)) return tile;
        }

        foreach (MatMulTile tile in tiles)
        {
            if (Takes(tile, request, access) && tile.Fits(product) && tile.Blocks(product, batch) * Math.Max(1, product.Inner / tile.LeastPiece) >= request.Multiprocessors) return tile;
        }

        return null;
    }

    static MatMulLaunch Tiled(
        in MatMulRequest request, in MatMulTile tile, MatrixProduct product, int batch, Access left, Access right, MatMulLaunch.Step[]? before = null,
        (long Left, long RightOffset, long Right, long End) rounded = default)
    {
        long blocks = tile.Blocks(product, batch);
        int pieces = Pieces(request, ref product, batch, blocks, 1, tile.LeastPiece);
        string line = tile.HasAccesses ? $"{tile.Line}_{left}_{right}" : tile.Line;
        return Cut(request, tile.Line, line, new(Checked(blocks * pieces), 1, 1, tile.Threads), product, batch, false, before, rounded);
    }

    // Adds the launch that folds pieces, if there are any.
    static MatMulLaunch Cut(
        in MatMulRequest request, string line, string kernel, LaunchGrid grid, MatrixProduct product, int batch, bool isSwapped, MatMulLaunch.Step[]? before = null,
        (long Left, long RightOffset, long Right, long End) rounded = default)
    {
        bool isCut = product.Pieces > 1;
        long count = (long)product.Rows * product.Columns * batch;
        MatrixProduct whole = product;
        if (isCut) (product.HasBias, product.HasRowBias, product.Accumulates, product.StoresFours) = (0, 0, 0, product.Columns % 4 == 0 ? 1 : 0);
        var step = new MatMulLaunch.Step
        {
            Line = line,
            Kind = MatMulLaunch.StepKind.Product,
            Kernel = MatMulLaunch.Reference(kernel, isCut ? Whole : request.Finish),
            Grid = grid,
            Product = product,
            Left = before is not null ? MatMulLaunch.Place.RoundedLeft : isSwapped ? MatMulLaunch.Place.Right : MatMulLaunch.Place.Left,
            Right = before is not null ? MatMulLaunch.Place.RoundedRight : isSwapped ? MatMulLaunch.Place.Left : MatMulLaunch.Place.Right,
            Target = isCut ? MatMulLaunch.Place.Pieces : MatMulLaunch.Place.Target,
            Offset = rounded.End,
            Length = count,
            PieceLength = isCut ? count * product.Pieces : 0,
            RoundedLeft = rounded.Left,
            RoundedRight = rounded.Right,
            RoundedRightOffset = rounded.RightOffset,
        };
        if (!isCut) return new([.. before ?? [], step], rounded.End);
        var fold = step with
        {
            Line = Fold,
            Kind = MatMulLaunch.StepKind.Fold,
            Kernel = MatMulLaunch.Reference($"{Fold}_{KernelReference.Label(request.Element)}", request.Finish),
            Grid = LaunchGrid.Cover(count, Math.Min(VectorThreads, request.BlockThreads)),
            Product = whole,
            Left = MatMulLaunch.Place.Pieces,
        };
        return new([.. before ?? [], step, fold], rounded.End + MatMulLaunch.Align(step.PieceLength * Bytes(request)));
    }

    // Cuts sums so that each multiprocessor has so many blocks.
    static int Pieces(in MatMulRequest request, ref MatrixProduct product, int batch, long blocks, int fill, int least)
    {
        long wanted = (((long)request.Multiprocessors * fill) + blocks - 1) / blocks;
        long most = MostPieceBytes / Math.Max(1, (long)product.Rows * product.Columns * batch * Bytes(request));
        int pieces = (int)Math.Min(Math.Min(wanted, most), product.Inner / least);
        if (pieces < 2 || request.Missing.Contains(Fold)) return 1;
        int length = (int)((((long)product.Inner / pieces) + PieceMultiple - 1) / PieceMultiple * PieceMultiple);
        product.PieceInner = length;
        product.Pieces = (int)(((long)product.Inner + length - 1) / length);
        return product.Pieces;
    }

    static int Bytes(in MatMulRequest request) => request.Element == typeof(double) ? sizeof(double) : sizeof(float);

    static Access Left(in MatrixProduct product, int batch, int count, int alignment) =>
        Lies(product.Rows, product.Inner, product.LeftRowStep, product.LeftInnerStep, batch > 1 ? product.LeftBatchStep : 0, count, alignment);

    static Access Right(in MatrixProduct product, int batch, int count, int alignment) =>
        Lies(product.Columns, product.Inner, product.RightColumnStep, product.RightInnerStep, batch > 1 ? product.RightBatchStep : 0, count, alignment);

    static Access Lies(int lines, int inner, int lineStep, int innerStep, long batchStep, int count, int alignment)
    {
        if (alignment < 16 || batchStep % count != 0) return Access.Singles;
        if (innerStep == 1 && inner % count == 0 && lineStep % count == 0) return Access.AlongInner;
        return lineStep == 1 && lines % count == 0 && innerStep % count == 0 ? Access.AlongLines : Access.Singles;
    }

    static long Blocks(int size, int tile) => ((long)size + tile - 1) / tile;

    static int Checked(long blocks) =>
        blocks <= int.MaxValue ? (int)blocks : throw new ArgumentException($"MatMul: {blocks} blocks, more than a grid has. Multiply in several parts?", nameof(blocks));

    // How an operand lies, by the names of the kernels' type arguments.
    enum Access
    {
        AlongInner,
        AlongLines,
        Singles,
    }
}
