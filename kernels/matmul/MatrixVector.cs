namespace Adjoint.Kernels;

/// <summary>y[m] = (accumulate ? y : 0) + M·x: a product with one row or one column, which memory bounds, so nothing is packed.</summary>
/// <remarks>
/// Rows that are contiguous are summed lane by lane, then across lanes; otherwise each sum runs over k in rising order. Either way it is the
/// same for every row.
/// </remarks>
static unsafe class MatrixVector<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    const int VectorsAbreast = 8;

    /// <summary>The matrix's strides come first, the vector's and the result's after them.</summary>
    public static void Run(int rows, int k, T* matrix, nint row, nint column, T* x, nint xStep, T* y, nint yStep, bool accumulate)
    {
        var contiguous = column == 1 && k >= TSimd.Count;
        if (contiguous && xStep != 1)
        {
            var copy = Scratch.Right<T>(k);
            for (var i = 0; i < k; i++) copy[i] = x[i * xStep];
            x = copy;
        }
        var minimum = (int)Math.Clamp(Blocking.WorkPerThread / 2 / k, 1, int.MaxValue);
        if (contiguous) Workers.For(rows, minimum, new DotBody(k, matrix, row, x, y, yStep, accumulate));
        else Workers.For(rows, minimum, new ColumnBody(k, matrix, row, column, x, xStep, y, yStep, accumulate));
    }

    readonly struct DotBody(int k, T* matrix, nint row, T* x, T* y, nint yStep, bool accumulate) : IRangeBody
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

    readonly struct ColumnBody(int k, T* matrix, nint row, nint column, T* x, nint xStep, T* y, nint yStep, bool accumulate) : IRangeBody
    {
        public void Run(int start, int end)
        {
            var i = start;
            if (row == 1 && yStep == 1)
            {
                for (; i <= end - (VectorsAbreast * TSimd.Count); i += VectorsAbreast * TSimd.Count) Abreast(matrix + i, y + i);
                for (; i < end; i += TSimd.Count) Single(matrix + i, y + i, Math.Min(TSimd.Count, end - i));
            }
            for (; i < end; i++)
            {
                var sum = accumulate ? y[i * yStep] : default;
                for (var p = 0; p < k; p++) sum = Scalar<T>.MultiplyAdd(matrix[(i * row) + (p * column)], x[p * xStep], sum);
                y[i * yStep] = sum;
            }
        }

        void Abreast(T* from, T* to)
        {
            V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            if (accumulate)
            {
                s0 = TSimd.Load(to);
                s1 = TSimd.Load(to + TSimd.Count);
                s2 = TSimd.Load(to + (2 * TSimd.Count));
                s3 = TSimd.Load(to + (3 * TSimd.Count));
                s4 = TSimd.Load(to + (4 * TSimd.Count));
                s5 = TSimd.Load(to + (5 * TSimd.Count));
                s6 = TSimd.Load(to + (6 * TSimd.Count));
                s7 = TSimd.Load(to + (7 * TSimd.Count));
            }
            for (var p = 0; p < k; p++)
            {
                var factor = TSimd.Broadcast(x[p * xStep]);
                s0 = TSimd.MultiplyAdd(TSimd.Load(from), factor, s0);
                s1 = TSimd.MultiplyAdd(TSimd.Load(from + TSimd.Count), factor, s1);
                s2 = TSimd.MultiplyAdd(TSimd.Load(from + (2 * TSimd.Count)), factor, s2);
                s3 = TSimd.MultiplyAdd(TSimd.Load(from + (3 * TSimd.Count)), factor, s3);
                s4 = TSimd.MultiplyAdd(TSimd.Load(from + (4 * TSimd.Count)), factor, s4);
                s5 = TSimd.MultiplyAdd(TSimd.Load(from + (5 * TSimd.Count)), factor, s5);
                s6 = TSimd.MultiplyAdd(TSimd.Load(from + (6 * TSimd.Count)), factor, s6);
                s7 = TSimd.MultiplyAdd(TSimd.Load(from + (7 * TSimd.Count)), factor, s7);
                from += column;
            }
            TSimd.Store(s0, to);
            TSimd.Store(s1, to + TSimd.Count);
            TSimd.Store(s2, to + (2 * TSimd.Count));
            TSimd.Store(s3, to + (3 * TSimd.Count));
            TSimd.Store(s4, to + (4 * TSimd.Count));
            TSimd.Store(s5, to + (5 * TSimd.Count));
            TSimd.Store(s6, to + (6 * TSimd.Count));
            TSimd.Store(s7, to + (7 * TSimd.Count));
        }

        void Single(T* from, T* to, int count)
        {
            var sum = accumulate ? TSimd.LoadPart(to, count) : default;
            for (var p = 0; p < k; p++)
            {
                sum = TSimd.MultiplyAdd(TSimd.LoadPart(from, count), TSimd.Broadcast(x[p * xStep]), sum);
                from += column;
            }
            TSimd.StorePart(sum, to, count);
        }
    }
}
