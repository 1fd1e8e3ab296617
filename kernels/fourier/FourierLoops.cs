using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Tile after tile with registers of one width: lines that are dense, lines side by side, and long lines as matrices.</summary>
static unsafe class FourierLoops<V, TWords, T>
    where V : struct, IRegister<V, T>
    where TWords : struct, ITileWords<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    static FourierTile<V, T> Tile(int rows)
    {
        nint size = (nint)(rows + 1) * 2 * V.Count;
        T* first = Scratch.Left<T>(2 * size);
        return new(first, first + size);
    }

    /// <summary>Dense lines start … end - 1.</summary>
    public static void Lines(in FourierShape<T> shape, T* x, T* y, int start, int end, double scale)
    {
        FourierPlan<T> plan = shape.Plan;
        FourierTile<V, T> tile = Tile(Math.Max(plan.Rows, shape.Kind == FourierKind.Complex ? 0 : shape.Half));
        T** lines = stackalloc T*[V.Count];
        V factor = V.From(scale);
        int lineIn = shape.LineIn, lineOut = shape.LineOut;
        for (int line = start; line < end; line += V.Count)
        {
            int lanes = Math.Min(V.Count, end - line);
            for (int lane = 0; lane < V.Count; lane++) lines[lane] = x + ((nint)Math.Min(line + lane, end - 1) * lineIn);
            TileMoves<V, TWords, T>.LoadLines(lines, lineIn, tile.Lines);
            Transform(shape, plan, ref tile);
            for (int lane = 0; lane < lanes; lane++) lines[lane] = y + ((nint)(line + lane) * lineOut);
            TileMoves<V, TWords, T>.StoreLines(tile.Lines, lineOut, lines, lanes, factor);
        }
    }

    static void Transform(in FourierShape<T> shape, FourierPlan<T> plan, ref FourierTile<V, T> tile)
    {
        switch (shape.Kind)
        {
            case FourierKind.Complex:
                tile.Transform(plan, shape.IsInverse, shape.IsInverse);
                break;
            case FourierKind.FromReal when shape.GoesByHalves:
                tile.Transform(plan, false, false);
                tile.SplitReal(plan, shape.Middle);
                break;
            case FourierKind.FromReal:
                tile.WidenReal(shape.Length);
                tile.Transform(plan, false, false);
                if (shape.Middle != 1) tile.ScaleMiddle(shape.Half, shape.Middle);
                break;
            case FourierKind.ToReal when shape.GoesByHalves:
                tile.JoinReal(plan, shape.Middle * 0.5);
                tile.Transform(plan, true, true);
                break;
            default:
                tile.Mirror(shape.Length, shape.Middle * 0.5);
                tile.Transform(plan, true, true);
                tile.NarrowReal(shape.Length);
                break;
        }
    }

    /// <summary>Lines start … end - 1 side by side: number i of line j lies at (i·width + j). The results may take the place of the operands.</summary>
    public static void Columns(FourierPlan<T> plan, bool isInverse, T* x, T* y, int width, int start, int end, double scale)
    {
        FourierTile<V, T> tile = Tile(plan.Rows);
        V factor = V.From(scale);
        nint step = 2 * (nint)width;
        for (int column = start; column < end; column += V.Count)
        {
            int lanes = Math.Min(V.Count, end - column);
            TileMoves<V, TWords, T>.LoadColumns(x + (2 * (nint)column), step, plan.Length, lanes, tile.Lines);
            tile.Transform(plan, isInverse, isInverse);
            TileMoves<V, TWords, T>.StoreColumns(tile.Lines, plan.Length, y + (2 * (nint)column), step, lanes, factor);
        }
    }

    /// <summary>
    /// A line of complex numbers as a matrix: transforms of its columns, a turn for each number, transforms of its rows, whose results go to columns. Nothing is transposed but in registers.
    /// </summary>
    public static void LongLine(FourierPlan<T> plan, bool isInverse, T* x, T* y, double scale)
    {
        FourierPlan<T> first = plan.First!, second = plan.Second!;
        int rows = first.Length, columns = second.Length;
        T* middle = Scratch.Right<T>(2L * plan.Length);
        T** lines = stackalloc T*[V.Count];
        FourierTile<V, T> tile = Tile(Math.Max(first.Rows, second.Rows));
        for (int column = 0; column < columns; column += V.Count)
        {
            int lanes = Math.Min(V.Count, columns - column);
            TileMoves<V, TWords, T>.LoadColumns(x + (2 * column), 2 * (nint)columns, rows, lanes, tile.Lines);
            tile.Transform(first, isInverse, false);
            TileMoves<V, TWords, T>.TurnColumns(tile.Lines, rows, plan.SplitTurns + (2 * column), 2 * (nint)columns, lanes);
            TileMoves<V, TWords, T>.StoreColumns(tile.Lines, rows, middle + (2 * column), 2 * (nint)columns, lanes, V.From(1));
        }

        V factor = V.From(scale);
        for (int row = 0; row < rows; row += V.Count)
        {
            int lanes = Math.Min(V.Count, rows - row);
            for (int lane = 0; lane < V.Count; lane++) lines[lane] = middle + (2 * (nint)columns * Math.Min(row + TileMoves<V, TWords, T>.Column(lane), rows - 1));
            TileMoves<V, TWords, T>.LoadLines(lines, 2 * columns, tile.Lines);
            tile.Transform(second, false, isInverse);
            TileMoves<V, TWords, T>.StoreColumns(tile.Lines, columns, y + (2 * row), 2 * (nint)rows, lanes, factor);
        }
    }
}
