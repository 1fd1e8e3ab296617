using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// Rows of a few numbers, as many at once as a register has lanes: a register holds one column of them. Where registers run along such a row most of their lanes are idle, and its folds take longer than its
/// arithmetic. Sums run over the columns in order.
/// </summary>
static unsafe class NarrowRows
{
    /// <summary>The longest row that is worth turning.</summary>
    public const int Most = 8;

    /// <summary>Turns up to V.Count rows: the number of row r in column c goes to c·V.Count + r. Lanes without a row are zero.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void TurnIn<V, T>(T* x, int rows, int columns, T* tile)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        for (int column = 0; column < columns; column++, x++, tile += V.Count)
        {
            if (rows < V.Count) V.Store(V.From(0), ref *tile);
            for (int row = 0; row < rows; row++) tile[row] = x[row * columns];
        }
    }

    /// <summary>The way back.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void TurnOut<V, T>(T* tile, T* y, int rows, int columns)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        for (int column = 0; column < columns; column++, y++, tile += V.Count)
        {
            for (int row = 0; row < rows; row++) y[row * columns] = tile[row];
        }
    }

    /// <summary>log Σ e^(x - shift) of turned rows, with the largest number as the shift, or zero where that is infinite.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V LogarithmsOfSums<V, T>(T* tile, int columns, out V shift)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        T* table = stackalloc T[NonPositiveExp<V, T>.TableLength], end = tile + (columns * V.Count);
        var exp = new NonPositiveExp<V, T>(table);
        V largest = V.Lowest, sum = V.From(0);
        for (T* column = tile; column < end; column += V.Count) largest = V.Greater(V.Load(ref *column), largest);
        shift = largest;
        if (!V.AllWithin(largest, Finite<V>())) return FarLogarithms<V, T>(tile, columns, largest, out shift);
        for (T* column = tile; column < end; column += V.Count) sum += exp.Apply(V.Load(ref *column) - largest);
        return Elementary.Log(sum);
    }

    /// <summary>t = t - e^y·Σ t of turned rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void LogSoftmaxDerivatives<V, T>(T* t, T* y, int columns)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        T* table = stackalloc T[NonPositiveExp<V, T>.TableLength], end = t + (columns * V.Count);
        var exp = new NonPositiveExp<V, T>(table);
        V sum = V.From(0);
        for (T* column = t; column < end; column += V.Count) sum -= V.Load(ref *column);
        for (T* column = t; column < end; column += V.Count, y += V.Count) V.Store(V.MultiplyAdd(exp.Apply(V.Load(ref *y)), sum, V.Load(ref *column)), ref *column);
    }

    // With infinite numbers, so that ∞ - ∞ does not arise. Lanes whose numbers are finite have the bits that they have beside finite ones.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static V FarLogarithms<V, T>(T* tile, int columns, V largest, out V shift)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        V sum = V.From(0), zero = sum, finite = V.From(Finite<V>()), size = V.Abs(largest);
        for (int column = 0; column < columns; column++)
        {
            V x = V.Load(ref tile[column * V.Count]);
            sum += V.IfLessOrEqual(size, finite, Elementary.ExpOfNonPositive(x - largest), Elementary.Exp(x));
        }

        shift = V.IfLessOrEqual(size, finite, largest, zero);
        return Elementary.Log(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double Finite<V>() where V : struct, ILane<V> => V.IsDouble ? double.MaxValue : float.MaxValue;
}
