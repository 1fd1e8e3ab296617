using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// Kernels over the rows of a dense [rows, columns] operand: each row is read while it is in the first-level cache and needs nothing from its neighbours.
/// Limit: arithmetic of the exponential, then memory bandwidth.
/// </summary>
public static unsafe class RowKernels
{
    const int MinimumPerWorker = 4096;

    /// <summary>A computation on one row, of <typeparamref name="T"/> f32 or f64.</summary>
    public interface IRow<T> where T : unmanaged
    {
        /// <summary>Computes the outputs of one row y from the numbers of one row x.</summary>
        static abstract void Run(T* x, T* y, int columns, double parameter);
    }

    /// <summary>Runs a row computation on every row; y has <paramref name="outputs"/> columns.</summary>
    public static void Run<TRow, T>(T* x, T* y, int rows, int columns, int outputs, double parameter)
        where TRow : struct, IRow<T>
        where T : unmanaged =>
        Workers.For(rows, Math.Max(1, MinimumPerWorker / Math.Max(1, columns)), new Body<TRow, T>(x, y, columns, outputs, parameter));

    readonly struct Body<TRow, T>(T* x, T* y, int columns, int outputs, double parameter) : IRangeBody
        where TRow : struct, IRow<T>
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++) TRow.Run(x + ((long)row * columns), y + ((long)row * outputs), columns, parameter);
        }
    }

    /// <summary>y = exp(x - max x) / Σ exp(x - max x)</summary>
    public readonly struct SoftmaxRow<T> : IRow<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Run(T* x, T* y, int columns, double parameter)
        {
            UnaryKernel.Dense(new ExpMinus(double.CreateChecked(Shift(x, columns))), x, y, columns);
            T sum = ReduceKernel.Row(default(SumFold), y, columns);
            UnaryKernel.Dense(new Divide(double.CreateChecked(sum)), y, y, columns);
        }
    }

    /// <summary>y = x - log Σ exp x, as (x - max x) - log Σ exp(x - max x): the sum of maximum and logarithm would round to the maximum's precision.</summary>
    public readonly struct LogSoftmaxRow<T> : IRow<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Run(T* x, T* y, int columns, double parameter)
        {
            T shift = Shift(x, columns);
            UnaryKernel.Dense(new MinusBoth(double.CreateChecked(shift), double.CreateChecked(LogOfSum(x, columns, shift))), x, y, columns);
        }
    }

    /// <summary>One number a row: max x + log Σ exp(x - max x); -inf for a row of -inf.</summary>
    public readonly struct LogSumExpRow<T> : IRow<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Run(T* x, T* y, int columns, double parameter)
        {
            T shift = Shift(x, columns);
            *y = shift + LogOfSum(x, columns, shift);
        }
    }

    /// <summary>y = log Σ exp x - x[target] for each row and its target, in the order of <see cref="LogSoftmaxRow{T}"/>.</summary>
    public static void CrossEntropy<T>(T* x, long* targets, T* y, int rows, int columns) where T : unmanaged, IFloatingPointIeee754<T> =>
        Workers.For(rows, Math.Max(1, MinimumPerWorker / Math.Max(1, columns)), new CrossEntropyBody<T>(x, targets, y, columns));

    readonly struct CrossEntropyBody<T>(T* x, long* targets, T* y, int columns) : IRangeBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                T* logits = x + ((long)row * columns);
                T shift = Shift(logits, columns);
                y[row] = LogOfSum(logits, columns, shift) - (logits[targets[row]] - shift);
            }
        }
    }

    /// <summary>y = (x - mean) / sqrt(variance + parameter), the variance being that of the row, divided by its length.</summary>
    public readonly struct StandardizeRow<T> : IRow<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Run(T* x, T* y, int columns, double parameter)
        {
            T count = T.CreateChecked(columns);
            T mean = ReduceKernel.Row(default(SumFold), x, columns) / count;
            UnaryKernel.Dense(new Minus(double.CreateChecked(mean)), x, y, columns);
            T variance = SquareSum(y, columns) / count;
            UnaryKernel.Dense(new Times(double.CreateChecked(T.One / T.Sqrt(variance + T.CreateChecked(parameter)))), y, y, columns);
        }
    }

    /// <summary>y = x / sqrt(mean of x² + parameter)</summary>
    public readonly struct RootMeanSquareRow<T> : IRow<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Run(T* x, T* y, int columns, double parameter)
        {
            T square = SquareSum(x, columns) / T.CreateChecked(columns);
            UnaryKernel.Dense(new Times(double.CreateChecked(T.One / T.Sqrt(square + T.CreateChecked(parameter)))), x, y, columns);
        }
    }

    // The largest value; zero where it is infinite, so that inf - inf does not arise.
    static T Shift<T>(T* x, int columns) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = ReduceKernel.Row(default(MaxFold), x, columns);
        return T.IsInfinity(max) ? T.Zero : max;
    }

    static T LogOfSum<T>(T* x, int columns, T shift) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int buffer = 512;
        T* powers = stackalloc T[buffer];
        T sum = T.Zero;
        for (int i = 0; i < columns; i += buffer)
        {
            int length = Math.Min(buffer, columns - i);
            UnaryKernel.Dense(new ExpMinus(double.CreateChecked(shift)), x + i, powers, length);
            sum += ReduceKernel.Row(default(SumFold), powers, length);
        }

        return T.Log(sum);
    }

    static T SquareSum<T>(T* x, int columns) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int buffer = 512;
        T* squares = stackalloc T[buffer];
        T sum = T.Zero;
        for (int i = 0; i < columns; i += buffer)
        {
            int length = Math.Min(buffer, columns - i);
            BinaryKernel.Dense(default(Product), x + i, 1, x + i, 1, squares, length);
            sum += ReduceKernel.Row(default(SumFold), squares, length);
        }

        return sum;
    }

    readonly struct ExpMinus(double shift) : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Exp(x - V.From(shift));
    }

    readonly struct Minus(double shift) : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => x - V.From(shift);
    }

    readonly struct MinusBoth(double first, double second) : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => x - V.From(first) - V.From(second);
    }

    readonly struct Times(double factor) : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => x * V.From(factor);
    }

    readonly struct Divide(double divisor) : IUnaryOperator
    {
        public V Apply<V>(V x) where V : struct, ILane<V> => x / V.From(divisor);
    }

    readonly struct Product : IBinaryOperator
    {
        public V Apply<V>(V x, V y) where V : struct, ILane<V> => x * y;
    }
}
