namespace Adjoint.Kernels;

/// <summary>Moves between memory and tiles. A tile has a row for each number of a line, one lane a line; complex numbers make two rows, real parts first.</summary>
static unsafe class TileMoves<V, TWords, T>
    where V : struct, IRegister<V, T>
    where TWords : struct, ITileWords<V, T>
    where T : unmanaged
{
    static int Piece => 16 / sizeof(T);

    /// <summary>Which of the lines side by side is in a lane: those of two registers are interleaved by pieces.</summary>
    public static int Column(int lane)
    {
        int half = Piece / 2, piece = lane / Piece, rest = lane % Piece;
        return (rest < half ? 0 : V.Count / 2) + (piece * half) + (rest % half);
    }

    /// <summary>Reads dense lines of some numbers; there is a pointer for each lane.</summary>
    public static void LoadLines(T** lines, int numbers, T* tile)
    {
        nint at = 0;
        for (; at <= numbers - Piece; at += Piece)
        {
            T* rows = tile + (at * V.Count);
            V a = TWords.Gather(lines, 0, at), b = TWords.Gather(lines, 1, at);
            if (sizeof(T) == 8)
            {
                V.Store(TWords.ZipLow(a, b), ref rows[0]);
                V.Store(TWords.ZipHigh(a, b), ref rows[V.Count]);
                continue;
            }

            V c = TWords.Gather(lines, 2, at), d = TWords.Gather(lines, 3, at);
            V lowAb = TWords.ZipLow(a, b), highAb = TWords.ZipHigh(a, b), lowCd = TWords.ZipLow(c, d), highCd = TWords.ZipHigh(c, d);
            V.Store(TWords.PairsLow(lowAb, lowCd), ref rows[0]);
            V.Store(TWords.PairsHigh(lowAb, lowCd), ref rows[V.Count]);
            V.Store(TWords.PairsLow(highAb, highCd), ref rows[2 * V.Count]);
            V.Store(TWords.PairsHigh(highAb, highCd), ref rows[3 * V.Count]);
        }

        for (; at < numbers; at++)
        {
            for (int lane = 0; lane < V.Count; lane++) tile[(at * V.Count) + lane] = lines[lane][at];
        }
    }

    /// <summary>Writes lines, those of the first lanes only, times a scale.</summary>
    public static void StoreLines(T* tile, int numbers, T** lines, int lanes, V scale)
    {
        nint at = 0;
        for (; at <= numbers - Piece; at += Piece)
        {
            T* rows = tile + (at * V.Count);
            V a = V.Load(ref rows[0]) * scale, b = V.Load(ref rows[V.Count]) * scale;
            if (sizeof(T) == 8)
            {
                TWords.Scatter(TWords.ZipLow(a, b), lines, 0, at, lanes);
                TWords.Scatter(TWords.ZipHigh(a, b), lines, 1, at, lanes);
                continue;
            }

            V c = V.Load(ref rows[2 * V.Count]) * scale, d = V.Load(ref rows[3 * V.Count]) * scale;
            V lowAb = TWords.ZipLow(a, b), highAb = TWords.ZipHigh(a, b), lowCd = TWords.ZipLow(c, d), highCd = TWords.ZipHigh(c, d);
            TWords.Scatter(TWords.PairsLow(lowAb, lowCd), lines, 0, at, lanes);
            TWords.Scatter(TWords.PairsHigh(lowAb, lowCd), lines, 1, at, lanes);
            TWords.Scatter(TWords.PairsLow(highAb, highCd), lines, 2, at, lanes);
            TWords.Scatter(TWords.PairsHigh(highAb, highCd), lines, 3, at, lanes);
        }

        for (; at < numbers; at++)
        {
            T* row = tile + (at * V.Count);
            V.Store(V.Load(ref *row) * scale, ref *row);
            for (int lane = 0; lane < lanes; lane++) lines[lane][at] = row[lane];
        }
    }

    /// <summary>Reads neighbouring lines of complex numbers, whose rows lie <paramref name="step"/> numbers apart.</summary>
    public static void LoadColumns(T* source, nint step, int rows, int lanes, T* tile)
    {
        V zero = V.From(0);
        int first = 2 * lanes, second = first - V.Count;
        for (int i = 0; i < rows; i++, source += step, tile += 2 * V.Count)
        {
            V a = first >= V.Count ? V.Load(ref source[0]) : V.LoadPart(ref source[0], first, zero);
            V b = second >= V.Count ? V.Load(ref source[V.Count]) : second > 0 ? V.LoadPart(ref source[V.Count], second, zero) : zero;
            V.Store(TWords.Even(a, b), ref tile[0]);
            V.Store(TWords.Odd(a, b), ref tile[V.Count]);
        }
    }

    /// <summary>Writes them, times a scale.</summary>
    public static void StoreColumns(T* tile, int rows, T* target, nint step, int lanes, V scale)
    {
        int first = 2 * lanes, second = first - V.Count;
        for (int i = 0; i < rows; i++, target += step, tile += 2 * V.Count)
        {
            V re = V.Load(ref tile[0]) * scale, im = V.Load(ref tile[V.Count]) * scale, a = TWords.ZipLow(re, im), b = TWords.ZipHigh(re, im);
            if (first >= V.Count) V.Store(a, ref target[0]);
            else V.StorePart(a, ref target[0], first);
            if (second >= V.Count) V.Store(b, ref target[V.Count]);
            else if (second > 0) V.StorePart(b, ref target[V.Count], second);
        }
    }

    /// <summary>Multiplies a tile of neighbouring lines by complex numbers that lie as those lines do.</summary>
    public static void TurnColumns(T* tile, int rows, T* turns, nint step, int lanes)
    {
        V zero = V.From(0);
        int first = 2 * lanes, second = first - V.Count;
        for (int i = 0; i < rows; i++, turns += step, tile += 2 * V.Count)
        {
            V a = first >= V.Count ? V.Load(ref turns[0]) : V.LoadPart(ref turns[0], first, zero);
            V b = second >= V.Count ? V.Load(ref turns[V.Count]) : second > 0 ? V.LoadPart(ref turns[V.Count], second, zero) : zero;
            V cos = TWords.Even(a, b), sin = TWords.Odd(a, b), re = V.Load(ref tile[0]), im = V.Load(ref tile[V.Count]);
            V.Store(V.MultiplyAdd(re, cos, -(im * sin)), ref tile[0]);
            V.Store(V.MultiplyAdd(re, sin, im * cos), ref tile[V.Count]);
        }
    }
}
