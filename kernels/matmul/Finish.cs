namespace Adjoint.Kernels;

/// <summary>An epilogue on a few rows of one panel whose sums have just been stored, and so are in the first cache level.</summary>
/// <remarks>Not in the micro-kernel: there it made the compiler spill all accumulators, and cost its size once for each form of a tile.</remarks>
static unsafe class Finish<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    /// <summary><paramref name="columns"/>: those of the panel, at most two vectors.</summary>
    public static void Run(int rows, int columns, T* c, nint cRow, in MatMulEpilogue<T> epilogue)
    {
        if (epilogue.Gate != null) Gates(rows, columns, c, cRow, epilogue.Gate, epilogue.GateRow);
        else Affine(rows, columns, c, cRow, epilogue);
    }

    /// <summary>Rows of any number of columns, panel by panel.</summary>
    public static void Rows(int rows, int columns, T* c, nint cRow, in MatMulEpilogue<T> epilogue)
    {
        int panel = Panel<TSimd, V, T>.Columns;
        for (int column = 0; column < columns; column += panel) Run(rows, Math.Min(panel, columns - column), c + column, cRow, epilogue.At(0, column));
    }

    static void Gates(int rows, int columns, T* c, nint cRow, T* gate, nint gateRow)
    {
        for (; rows > 0; rows--)
        {
            var column = 0;
            for (; column <= columns - TSimd.Count; column += TSimd.Count)
                TSimd.Store(TSimd.Gate(TSimd.Load(c + column), TSimd.Load(gate + column)), c + column);
            if (column < columns)
            {
                var count = columns - column;
                TSimd.StorePart(TSimd.Gate(TSimd.LoadPart(c + column, count), TSimd.LoadPart(gate + column, count)), c + column, count);
            }
            c += cRow;
            gate += gateRow;
        }
    }

    static void Affine(int rows, int columns, T* c, nint cRow, in MatMulEpilogue<T> epilogue)
    {
        // Adding -0 and rectifying at NaN change nothing, so absent steps need no branch.
        var bound = TSimd.Broadcast(Scalar<T>.From(epilogue.Rectifies ? 0 : double.NaN));
        V left = TSimd.Broadcast(Scalar<T>.From(-0.0)), right = left;
        var whole = columns > TSimd.Count;
        var count = whole ? columns - TSimd.Count : columns;
        if (epilogue.Bias != null)
        {
            if (whole) left = TSimd.Load(epilogue.Bias);
            right = TSimd.LoadPart(epilogue.Bias + columns - count, count);
        }
        var last = c + columns - count;
        for (; rows > 0; rows--)
        {
            if (whole) TSimd.Store(TSimd.Rectify(TSimd.Add(TSimd.Load(c), left), bound), c);
            if (count == TSimd.Count) TSimd.Store(TSimd.Rectify(TSimd.Add(TSimd.Load(last), right), bound), last);
            else TSimd.StorePart(TSimd.Rectify(TSimd.Add(TSimd.LoadPart(last, count), right), bound), last, count);
            c += cRow;
            last += cRow;
        }
    }
}
