namespace Adjoint.Kernels;

/// <summary>y[m] = (accumulate ? y : 0) + M·x, then the epilogue: a product with one row or one column, which memory bounds, so nothing is packed.</summary>
/// <remarks>
/// Rows that are contiguous are summed lane by lane, then across lanes; otherwise each sum runs over k in rising order. Either way it is the
/// same for every row.
/// </remarks>
static unsafe class MatrixVector<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    const int ColumnsAbreast = 8;

    /// <summary>The matrix's strides come first, the vector's and the result's after them.</summary>
    public static void Run(int rows, int k, T* matrix, nint row, nint column, T* x, nint xStep, T* y, nint yStep, bool accumulate,
        in FinishLine<TSimd, V, T> finish)
    {
        var contiguous = column == 1 && k >= TSimd.Count;
        if (contiguous && xStep != 1)
        {
            var copy = Scratch.Right<T>(k);
            for (var i = 0; i < k; i++) copy[i] = x[i * xStep];
            x = copy;
        }
        var minimum = (int)Math.Clamp(Blocking.VectorWorkPerThread / k, 1, int.MaxValue);
        if (contiguous) Workers.For(rows, minimum, new DotBody(k, matrix, row, x, y, yStep, accumulate, finish));
        else Workers.For(rows, minimum, new ColumnBody(k, matrix, row, column, x, xStep, y, yStep, accumulate, finish));
    }

    readonly struct DotBody(int k, T* matrix, nint row, T* x, T* y, nint yStep, bool accumulate, FinishLine<TSimd, V, T> finish) : IRangeBody
    {
        public void Run(int start, int end)
        {
            var i = start;
            for (; i <= end - 4; i += 4)
            {
                var from = matrix + (i * row);
                Dots(from, from + row, from + (2 * row), from + (3 * row), out var s0, out var s1, out var s2, out var s3);
                Put(i, s0);
                Put(i + 1, s1);
                Put(i + 2, s2);
                Put(i + 3, s3);
            }
            for (; i < end; i++)
            {
                var from = matrix + (i * row);
                Dots(from, from, from, from, out var sum, out _, out _, out _);
                Put(i, sum);
            }
            finish.Apply(start, end, y, yStep);
        }

        void Dots(T* m0, T* m1, T* m2, T* m3, out V s0, out V s1, out V s2, out V s3)
        {
            V l0 = default, l1 = default, l2 = default, l3 = default;
            V r0 = default, r1 = default, r2 = default, r3 = default;
            var i = 0;
            for (; i <= k - (2 * TSimd.Count); i += 2 * TSimd.Count)
            {
                var left = TSimd.Load(x + i);
                var right = TSimd.Load(x + i + TSimd.Count);
                l0 = TSimd.MultiplyAdd(TSimd.Load(m0 + i), left, l0);
                l1 = TSimd.MultiplyAdd(TSimd.Load(m1 + i), left, l1);
                l2 = TSimd.MultiplyAdd(TSimd.Load(m2 + i), left, l2);
                l3 = TSimd.MultiplyAdd(TSimd.Load(m3 + i), left, l3);
                r0 = TSimd.MultiplyAdd(TSimd.Load(m0 + i + TSimd.Count), right, r0);
                r1 = TSimd.MultiplyAdd(TSimd.Load(m1 + i + TSimd.Count), right, r1);
                r2 = TSimd.MultiplyAdd(TSimd.Load(m2 + i + TSimd.Count), right, r2);
                r3 = TSimd.MultiplyAdd(TSimd.Load(m3 + i + TSimd.Count), right, r3);
            }
            for (; i < k; i += TSimd.Count)
            {
                var count = Math.Min(TSimd.Count, k - i);
                var part = TSimd.LoadPart(x + i, count);
                l0 = TSimd.MultiplyAdd(TSimd.LoadPart(m0 + i, count), part, l0);
                l1 = TSimd.MultiplyAdd(TSimd.LoadPart(m1 + i, count), part, l1);
                l2 = TSimd.MultiplyAdd(TSimd.LoadPart(m2 + i, count), part, l2);
                l3 = TSimd.MultiplyAdd(TSimd.LoadPart(m3 + i, count), part, l3);
            }
            s0 = TSimd.Add(l0, r0);
            s1 = TSimd.Add(l1, r1);
            s2 = TSimd.Add(l2, r2);
            s3 = TSimd.Add(l3, r3);
        }

        void Put(int i, V sum)
        {
            var to = y + (i * yStep);
            *to = accumulate ? Scalar<T>.Add(*to, TSimd.Sum(sum)) : TSimd.Sum(sum);
        }
    }

    readonly struct ColumnBody(int k, T* matrix, nint row, nint column, T* x, nint xStep, T* y, nint yStep, bool accumulate, FinishLine<TSimd, V, T> finish) : IRangeBody
    {
        public void Run(int start, int end)
        {
            Sum(start, end);
            finish.Apply(start, end, y, yStep);
        }

        void Sum(int start, int end)
        {
            if (row == 1 && yStep == 1)
            {
                if (!accumulate) new Span<T>(y + start, end - start).Clear();
                var p = 0;
                for (; p <= k - ColumnsAbreast; p += ColumnsAbreast) AddColumns(start, end, p);
                for (; p < k; p++) AddColumn(start, end, p);
                return;
            }
            for (var i = start; i < end; i++)
            {
                var sum = accumulate ? y[i * yStep] : default;
                for (var p = 0; p < k; p++) sum = Scalar<T>.MultiplyAdd(matrix[(i * row) + (p * column)], x[p * xStep], sum);
                y[i * yStep] = sum;
            }
        }

        // Several streams of the matrix at once, and y read and written once for all of them.
        void AddColumns(int start, int end, int p)
        {
            var m0 = matrix + (p * column);
            var m1 = m0 + column;
            var m2 = m1 + column;
            var m3 = m2 + column;
            var m4 = m3 + column;
            var m5 = m4 + column;
            var m6 = m5 + column;
            var m7 = m6 + column;
            var from = x + (p * xStep);
            var x0 = TSimd.Broadcast(from[0]);
            var x1 = TSimd.Broadcast(from[xStep]);
            var x2 = TSimd.Broadcast(from[2 * xStep]);
            var x3 = TSimd.Broadcast(from[3 * xStep]);
            var x4 = TSimd.Broadcast(from[4 * xStep]);
            var x5 = TSimd.Broadcast(from[5 * xStep]);
            var x6 = TSimd.Broadcast(from[6 * xStep]);
            var x7 = TSimd.Broadcast(from[7 * xStep]);
            nint i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var sum = TSimd.MultiplyAdd(TSimd.Load(m0 + i), x0, TSimd.Load(y + i));
                sum = TSimd.MultiplyAdd(TSimd.Load(m1 + i), x1, sum);
                sum = TSimd.MultiplyAdd(TSimd.Load(m2 + i), x2, sum);
                sum = TSimd.MultiplyAdd(TSimd.Load(m3 + i), x3, sum);
                sum = TSimd.MultiplyAdd(TSimd.Load(m4 + i), x4, sum);
                sum = TSimd.MultiplyAdd(TSimd.Load(m5 + i), x5, sum);
                sum = TSimd.MultiplyAdd(TSimd.Load(m6 + i), x6, sum);
                sum = TSimd.MultiplyAdd(TSimd.Load(m7 + i), x7, sum);
                TSimd.Store(sum, y + i);
            }
            if (i == end) return;
            for (var one = p; one < p + ColumnsAbreast; one++) AddColumn((int)i, end, one);
        }

        void AddColumn(int start, int end, int p)
        {
            var from = matrix + (p * column);
            var factor = TSimd.Broadcast(x[p * xStep]);
            for (var i = start; i < end; i += TSimd.Count)
            {
                var count = Math.Min(TSimd.Count, end - i);
                TSimd.StorePart(TSimd.MultiplyAdd(TSimd.LoadPart(from + i, count), factor, TSimd.LoadPart(y + i, count)), y + i, count);
            }
        }
    }
}
