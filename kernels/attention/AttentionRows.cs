using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>What turns a block of products into scores.</summary>
/// <param name="bias">Added, from the block's first row and column on; null for none.</param>
/// <param name="biasRow">Distance of its rows.</param>
/// <param name="seen">Columns that the first row sees; each further row sees one more.</param>
/// <param name="scale">Factor on the products.</param>
readonly unsafe struct ScoreRows<T>(T* bias, nint biasRow, int seen, double scale) where T : unmanaged
{
    public double Scale { get; } = scale;

    public T* Bias(int row) => bias == null ? null : bias + (row * biasRow);

    public int Seen(int row, int columns) => seen == int.MaxValue ? columns : Math.Clamp(seen + row, 0, columns);
}

/// <summary>Passes over the rows of a block of scores, which lie <see cref="AttentionKernel.KeyBlock"/> apart.</summary>
static unsafe class AttentionRows<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged
{
    /// <summary>No key seen yet.</summary>
    public static void Begin(T* largest, T* sums, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            largest[row] = V.First(V.Lowest);
            sums[row] = V.First(V.From(0));
        }
    }

    /// <summary>
    /// Makes e^(score - largest) of products in place, with the largest of all scores so far, and brings what was summed before to the same base: sums, and the rows of
    /// <paramref name="target"/> unless it is null.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Take(T* scores, int rows, int columns, in ScoreRows<T> rest, T* largest, T* sums, T* target, int width)
    {
        T* table = stackalloc T[NonPositiveExp<V, T>.TableLength];
        var exp = new NonPositiveExp<V, T>(table);
        V scale = V.From(rest.Scale), one = V.From(1), zero = V.From(0);
        for (int row = 0; row < rows; row++, scores += AttentionKernel.KeyBlock)
        {
            int seen = rest.Seen(row, columns);
            V before = V.Repeat(largest[row]), after = V.Greater(V.Spread(default(LargerFold), Scores(scores, seen, rest.Bias(row), scale)), before);
            V shift = V.IfEqual(after, V.Lowest, zero, after), kept = exp.Apply(before - shift);
            V sum = V.Spread(default(SumFold), Powers(scores, seen, shift, exp));
            if (seen < columns) new Span<T>(scores + seen, columns - seen).Clear();
            largest[row] = V.First(after);
            sums[row] = V.First(V.MultiplyAdd(V.Repeat(sums[row]), kept, sum));
            if (target != null && !V.AllWithin(kept - one, 0)) Scale(target + ((long)row * width), width, kept);
        }
    }

    /// <summary>Divides the sums of values by those of exponentials and takes the logarithms of these.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void End(T* largest, T* sums, int rows, T* target, int width, T* logs)
    {
        V zero = V.From(0);
        for (int row = 0; row < rows; row++)
        {
            V sum = V.Repeat(sums[row]);
            Scale(target + ((long)row * width), width, V.IfEqual(sum, zero, zero, V.From(1) / sum));
            logs[row] = V.First(V.IfEqual(sum, zero, V.Highest, V.Repeat(largest[row]) + Elementary.Log(sum)));
        }
    }

    /// <summary>
    /// weights = e^(score - log) of products in place and slopes = weights·(slopes - dot)·scale, for one log and one dot a row: the weights of attention and the derivative by the products.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Slopes(T* weights, T* slopes, int rows, int columns, in ScoreRows<T> rest, T* logs, T* dots)
    {
        T* table = stackalloc T[NonPositiveExp<V, T>.TableLength];
        var exp = new NonPositiveExp<V, T>(table);
        V scale = V.From(rest.Scale);
        for (int row = 0; row < rows; row++, weights += AttentionKernel.KeyBlock, slopes += AttentionKernel.KeyBlock)
        {
            T* bias = rest.Bias(row);
            V log = V.Repeat(logs[row]), dot = V.Repeat(dots[row]);
            int seen = rest.Seen(row, columns);
            nint i = 0, last = seen - V.Count;
            for (; i <= last; i += V.Count)
            {
                V score = V.Load(ref weights[i]) * scale, weight = exp.Apply((bias == null ? score : score + V.Load(ref bias[i])) - log);
                V.Store(weight, ref weights[i]);
                V.Store(weight * (V.Load(ref slopes[i]) - dot) * scale, ref slopes[i]);
            }

            int left = seen - (int)i;
            if (left > 0)
            {
                V score = V.LoadPart(ref weights[i], left, dot) * scale, weight = exp.Apply((bias == null ? score : score + V.LoadPart(ref bias[i], left, dot)) - log);
                V.StorePart(weight, ref weights[i], left);
                V.StorePart(weight * (V.LoadPart(ref slopes[i], left, dot) - dot) * scale, ref slopes[i], left);
            }

            if (seen == columns) continue;
            new Span<T>(weights + seen, columns - seen).Clear();
            new Span<T>(slopes + seen, columns - seen).Clear();
        }
    }

    // Scores in place of products; the largest of each lane. NaN is passed over, since it comes back with the exponentials.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Scores(T* row, int count, T* bias, V scale)
    {
        V largest = V.Lowest;
        nint i = 0, last = count - V.Count;
        for (; i <= last; i += V.Count)
        {
            V score = V.Load(ref row[i]) * scale;
            if (bias != null) score += V.Load(ref bias[i]);
            V.Store(score, ref row[i]);
            largest = V.Greater(score, largest);
        }

        int left = count - (int)i;
        if (left > 0)
        {
            V score = V.LoadPart(ref row[i], left, V.Lowest) * scale;
            if (bias != null) score += V.LoadPart(ref bias[i], left, V.Lowest);
            V.StorePart(score, ref row[i], left);

            // A scale below zero would turn what fills the lanes behind into the largest.
            largest = V.Greater(V.LoadPart(ref row[i], left, V.Lowest), largest);
        }

        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Powers(T* row, int count, V shift, in NonPositiveExp<V, T> exp)
    {
        V sum = V.From(0);
        nint i = 0, last = count - V.Count;
        for (; i <= last; i += V.Count)
        {
            V power = exp.Apply(V.Load(ref row[i]) - shift);
            V.Store(power, ref row[i]);
            sum += power;
        }

        int left = count - (int)i;
        if (left == 0) return sum;
        V part = exp.Apply(V.LoadPart(ref row[i], left, V.Lowest) - shift);
        V.StorePart(part, ref row[i], left);
        return sum + part;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Scale(T* row, int count, V factor)
    {
        nint i = 0, last = count - V.Count;
        for (; i <= last; i += V.Count) V.Store(V.Load(ref row[i]) * factor, ref row[i]);
        int left = count - (int)i;
        if (left > 0) V.StorePart(V.LoadPart(ref row[i], left, factor) * factor, ref row[i], left);
    }

    readonly struct LargerFold : IReduction
    {
        public VLane Start<VLane>() where VLane : struct, ILane<VLane> => VLane.Lowest;

        public VLane Fold<VLane>(VLane sum, VLane x) where VLane : struct, ILane<VLane> => VLane.Greater(x, sum);
    }
}
