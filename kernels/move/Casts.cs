using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

// Number types become one another as .NET's saturating conversions do: floats to integers towards zero, NaN to 0. A byte stands for a bool that is read.
public static unsafe partial class CopyKernel
{
    /// <summary>y = x as another number type; operand 0 of the nest is x, operand 1 is y. To bool: whether it is not zero.</summary>
    public static void Cast<TFrom, TTo>(in LoopNest nest, TFrom* x, TTo* y)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged
    {
        var body = new CastBody<TFrom, TTo>(nest, x, y);
        if (nest.Rank == 1) Workers.For(nest.Count, MinimumPerWorker, body);
        else Workers.For(nest.Rows, Math.Max(1, MinimumPerWorker / Math.Max(1, nest.Columns)), body);
    }

    readonly struct CastBody<TFrom, TTo>(LoopNest nest, TFrom* x, TTo* y) : IRangeBody
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged
    {
        public void Run(int start, int end)
        {
            int xStep = nest.ColumnStride(0), yStep = nest.ColumnStride(1);
            if (nest.Rank == 1)
            {
                Row(x + ((long)start * xStep), xStep, y + ((long)start * yStep), yStep, end - start);
                return;
            }

            for (int row = start; row < end; row++) Row(x + nest.RowOffset(0, row), xStep, y + nest.RowOffset(1, row), yStep, nest.Columns);
        }

        static void Row(TFrom* x, int xStep, TTo* y, int yStep, int count)
        {
            if (xStep == 1 && yStep == 1) Dense(x, y, count);
            else
            {
                for (int i = 0; i < count; i++) y[(long)i * yStep] = Convert<TFrom, TTo>(x[(long)i * xStep]);
            }
        }
    }

    /// <summary>y = x as another number type, both dense, of f32, f64, i32, i64 and bool; y may be the memory of x where both have elements of one size.</summary>
    public static void CastDense<TFrom, TTo>(TFrom* x, TTo* y, int count)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        if (typeof(TFrom) == typeof(float)) Dense((float*)x, y, count);
        else if (typeof(TFrom) == typeof(double)) Dense((double*)x, y, count);
        else if (typeof(TFrom) == typeof(int)) Dense((int*)x, y, count);
        else if (typeof(TFrom) == typeof(long)) Dense((long*)x, y, count);
        else Dense((byte*)x, y, count);
    }

    static void Dense<TFrom, TTo>(TFrom* x, TTo* y, int count)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged
    {
        if (typeof(TTo) == typeof(bool))
        {
            TFrom zero = TFrom.Zero;
            SelectKernel.CompareDense(default(Differs), x, 1, &zero, 0, (bool*)y, count);
            return;
        }

        int i = 0;
        if (typeof(TFrom) == typeof(float) && typeof(TTo) == typeof(double))
        {
            for (; i <= count - 8; i += 8)
            {
                (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Load((float*)x + i));
                low.Store((double*)y + i);
                high.Store((double*)y + i + 4);
            }
        }
        else if (typeof(TFrom) == typeof(double) && typeof(TTo) == typeof(float))
        {
            for (; i <= count - 8; i += 8) Vector256.Narrow(Vector256.Load((double*)x + i), Vector256.Load((double*)x + i + 4)).Store((float*)y + i);
        }
        else if (typeof(TFrom) == typeof(int) && typeof(TTo) == typeof(float))
        {
            for (; i <= count - 8; i += 8) Vector256.ConvertToSingle(Vector256.Load((int*)x + i)).Store((float*)y + i);
        }
        else if (typeof(TFrom) == typeof(float) && typeof(TTo) == typeof(int))
        {
            for (; i <= count - 8; i += 8) Vector256.ConvertToInt32(Vector256.Load((float*)x + i)).Store((int*)y + i);
        }
        else if (typeof(TFrom) == typeof(byte) && typeof(TTo) == typeof(float))
        {
            for (; i <= count - 16; i += 16)
            {
                (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Widen((byte*)x + i));
                Vector256.ConvertToSingle(low.AsInt32()).Store((float*)y + i);
                Vector256.ConvertToSingle(high.AsInt32()).Store((float*)y + i + 8);
            }
        }

        for (; i < count; i++) y[i] = Convert<TFrom, TTo>(x[i]);
    }

    static Vector256<ushort> Widen(byte* x)
    {
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Load(x));
        return Vector256.Create(low, high);
    }

    readonly struct Differs : IComparison
    {
        public bool Holds<T>(T x, T y) where T : unmanaged, INumber<T> => x != y;

        public Vector256<T> Holds<T>(Vector256<T> x, Vector256<T> y) where T : unmanaged, INumber<T> => ~Vector256.Equals(x, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TTo Convert<TFrom, TTo>(TFrom x)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged
    {
        if (typeof(TTo) == typeof(float)) return (TTo)(object)float.CreateSaturating(x);
        if (typeof(TTo) == typeof(double)) return (TTo)(object)double.CreateSaturating(x);
        if (typeof(TTo) == typeof(int)) return (TTo)(object)int.CreateSaturating(x);
        if (typeof(TTo) == typeof(long)) return (TTo)(object)long.CreateSaturating(x);
        return (TTo)(object)!TFrom.IsZero(x);
    }
}
