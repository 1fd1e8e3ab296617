using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Planes resampled along both axes, and the transpose of that. A row of targets is first mixed of two rows of sources by whole registers, then its places are taken by a table; rows that
/// repeat are copied. Planes are shared over threads. Limit: one indexed read a target.
/// </summary>
public static unsafe class ResampleKernel
{
    // Numbers that are worth a thread.
    const int MinimumPerWorker = 1 << 14;

    /// <summary>y[plane, :, :] from x[plane, :, :].</summary>
    public static void Run<T>(int planes, in ResampleAxis rows, in ResampleAxis columns, T* x, T* y) where T : unmanaged => Share(planes, rows, columns, x, y, false);

    /// <summary>x[plane, :, :] = the transpose, of y[plane, :, :].</summary>
    public static void Transpose<T>(int planes, in ResampleAxis rows, in ResampleAxis columns, T* y, T* x) where T : unmanaged => Share(planes, rows, columns, x, y, true);

    static void Share<T>(int planes, in ResampleAxis rows, in ResampleAxis columns, T* x, T* y, bool isTransposed) where T : unmanaged
    {
        int each = (rows.Target * columns.Target) + (rows.Source * columns.Source);
        Workers.For(planes, Math.Clamp(MinimumPerWorker / Math.Max(1, each), 1, Math.Max(1, planes)), new Body<T>(rows, columns, x, y, isTransposed));
    }

    readonly struct Body<T>(ResampleAxis rows, ResampleAxis columns, T* x, T* y, bool isTransposed) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            if (Vector512.IsHardwareAccelerated) Planes<Simd512<T>, Vector512<T>>(start, end);
            else if (Vector256.IsHardwareAccelerated) Planes<Simd256<T>, Vector256<T>>(start, end);
            else Planes<Simd128<T>, Vector128<T>>(start, end);
        }

        void Planes<TSimd, V>(int start, int end)
            where TSimd : struct, ISimd<V, T>
            where V : unmanaged
        {
            int* low = ConvolutionScratch.Get<int>(Room.Panel, columns.Target);
            T* weights = ConvolutionScratch.Get<T>(Room.Weights, columns.Target), row = ConvolutionScratch.Get<T>(Room.Part, columns.Source + 1);
            for (int j = 0; j < columns.Target; j++)
            {
                low[j] = columns.Low(j);
                weights[j] = Scalar<T>.From(columns.Weight(j));
            }

            for (int plane = start; plane < end; plane++)
            {
                T* from = x + ((long)plane * rows.Source * columns.Source), to = y + ((long)plane * rows.Target * columns.Target);
                if (isTransposed) Transposed<TSimd, V>(from, to, low, weights, row);
                else Plane<TSimd, V>(from, to, low, weights, row);
            }
        }

        void Plane<TSimd, V>(T* from, T* to, int* low, T* weights, T* row)
            where TSimd : struct, ISimd<V, T>
            where V : unmanaged
        {
            int width = columns.Source, before = -1;
            for (int i = 0; i < rows.Target; i++, to += columns.Target)
            {
                int source = rows.Low(i);
                double weight = rows.Weight(i);
                if (weight == 0 && source == before)
                {
                    new ReadOnlySpan<T>(to - columns.Target, columns.Target).CopyTo(new Span<T>(to, columns.Target));
                    continue;
                }

                before = weight == 0 ? source : -1;
                T* line = from + ((long)source * width), mixed = line;
                if (weight != 0)
                {
                    mixed = row;
                    Scale<TSimd, V>(line, 1 - weight, row, width, false);
                    Scale<TSimd, V>(line + width, weight, row, width, true);
                }

                if (columns.IsLinear == 0)
                {
                    for (int j = 0; j < columns.Target; j++) to[j] = mixed[low[j]];
                    continue;
                }

                for (int j = 0; j < columns.Target; j++)
                {
                    // Where the weight is 0 there may be no number behind.
                    int k = low[j], next = k + 1 < width ? k + 1 : k;
                    to[j] = Mix(mixed[k], mixed[next], weights[j]);
                }
            }
        }

        void Transposed<TSimd, V>(T* to, T* from, int* low, T* weights, T* row)
            where TSimd : struct, ISimd<V, T>
            where V : unmanaged
        {
            int width = columns.Source;
            new Span<T>(to, rows.Source * width).Clear();
            for (int i = 0; i < rows.Target; i++, from += columns.Target)
            {
                int source = rows.Low(i);
                double weight = rows.Weight(i);
                T* line = to + ((long)source * width);
                new Span<T>(row, width + 1).Clear();
                for (int j = 0; j < columns.Target; j++)
                {
                    int k = low[j];
                    row[k] = Scalar<T>.MultiplyAdd(Rest(weights[j]), from[j], row[k]);
                    if (columns.IsLinear != 0) row[k + 1] = Scalar<T>.MultiplyAdd(weights[j], from[j], row[k + 1]);
                }

                Scale<TSimd, V>(row, 1 - weight, line, width, true);
                if (weight != 0) Scale<TSimd, V>(row, weight, line + width, width, true);
            }
        }

        static T Rest(T weight) => Scalar<T>.MultiplyAdd(weight, Scalar<T>.From(-1), Scalar<T>.From(1));

        // (1 - w)·a + w·b
        static T Mix(T a, T b, T w) => Scalar<T>.MultiplyAdd(w, b, Scalar<T>.MultiplyAdd(Rest(w), a, Scalar<T>.From(0)));

        // y = (adds ? y : 0) + factor·x
        static void Scale<TSimd, V>(T* x, double factor, T* y, int count, bool adds)
            where TSimd : struct, ISimd<V, T>
            where V : unmanaged
        {
            V w = TSimd.Broadcast(Scalar<T>.From(factor));
            for (int i = 0; i < count; i += TSimd.Count)
            {
                int part = Math.Min(TSimd.Count, count - i);
                if (part == TSimd.Count) TSimd.Store(TSimd.MultiplyAdd(w, TSimd.Load(x + i), adds ? TSimd.Load(y + i) : default), y + i);
                else TSimd.StorePart(TSimd.MultiplyAdd(w, TSimd.LoadPart(x + i, part), adds ? TSimd.LoadPart(y + i, part) : default), y + i, part);
            }
        }
    }
}
