using System.Numerics;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Random numbers. The state is a generator's, i64 [2] of key and counter, in device memory, so that a recorded step draws anew at each replay once <see cref="Advance"/> has moved it on.
/// </summary>
public static class RandomDeviceKernels
{
    /// <summary>y = elements 0 … count-1 of the draw. Layout: a thread makes one block, which it stores at once where it is whole. Launch: one thread a block. Limit: arithmetic.</summary>
    public static void Fill<TDistribution, T>(ArrayView<long> state, ArrayView<T> y, long count, TDistribution distribution)
        where TDistribution : unmanaged, IDeviceDistribution<T>
        where T : unmanaged
    {
        long block = Places.Thread, first = block * TDistribution.PerBlock;
        if (first >= count) return;
        Elements<T> elements = distribution.From(PhiloxDraw.Block(state, block));
        if (TDistribution.PerBlock == 4 && first + 4 <= count)
        {
            y.Cast<Elements<T>>()[block] = elements;
            return;
        }

        y[first] = elements.A;
        if (first + 1 < count) y[first + 1] = elements.B;
        if (TDistribution.PerBlock == 4 && first + 2 < count) y[first + 2] = elements.C;
    }

    /// <summary>Moves the state on. Launch: one thread.</summary>
    public static void Advance(ArrayView<long> state, long blocks)
    {
        if (Places.Thread == 0) state[1] += blocks;
    }

    /// <summary>
    /// A column a row by inverting the distribution function of its weights: the first whose running f64 sum, from the left, exceeds u·sum. -1 where the sum is not positive and
    /// finite. Launch: one thread a row.
    /// </summary>
    public static void FromWeights<T, TConversion>(ArrayView<long> state, ArrayView<T> weights, ArrayView<long> indices, int rows, int columns)
        where T : unmanaged
        where TConversion : struct, IConversion<T, double>
    {
        long row = Places.Thread, start = row * columns;
        if (row >= rows) return;
        PhiloxBlock block = PhiloxDraw.Block(state, row >> 1);
        double uniform = Uniform64.Unit((row & 1) == 0 ? PhiloxDraw.First(block) : PhiloxDraw.Second(block));
        double total = 0;
        for (int i = 0; i < columns; i++) total = Float64.Add(total, TConversion.From(weights[start + i]));
        double sum = 0, threshold = Float64.Multiply(uniform, total);
        long chosen = -1, last = -1;
        for (int i = 0; i < columns; i++)
        {
            double weight = TConversion.From(weights[start + i]);
            sum = Float64.Add(sum, weight);
            if (chosen < 0 && sum > threshold) chosen = i;
            if (weight > 0) last = i;
        }

        // The threshold may have been rounded up to the total.
        bool offers = total > 0 && total <= double.MaxValue;
        indices[row] = offers ? chosen >= 0 ? chosen : last : -1;
    }

    /// <summary>
    /// A column a row: the first with the largest logit plus Gumbel number of element row·columns + column; -1 where nothing is above -∞. Launch: one thread a row.
    /// </summary>
    public static void FromLogits<T, TGumbel>(ArrayView<long> state, ArrayView<T> logits, ArrayView<long> indices, int rows, int columns)
        where T : unmanaged, INumber<T>
        where TGumbel : struct, IGumbel<T>
    {
        long row = Places.Thread, start = row * columns;
        if (row >= rows) return;
        T best = TGumbel.Lowest;
        long chosen = -1;
        for (int i = 0; i < columns; i++)
        {
            long element = start + i;
            T value = TGumbel.AddTo(logits[element], PhiloxDraw.Block(state, element / TGumbel.PerBlock), (int)(element % TGumbel.PerBlock));
            if (!(value > best)) continue;
            best = value;
            chosen = i;
        }

        indices[row] = chosen;
    }

    /// <summary>
    /// y[rank of i] = i, the rank being that of the 64-bit key i among n, and of i itself among equal ones: a permutation. Launch: one thread an element. Limit: n² comparisons, so for
    /// n up to some tens of thousands.
    /// </summary>
    public static void Permute(ArrayView<ulong> keys, ArrayView<long> y, int n)
    {
        long own = Places.Thread;
        if (own >= n) return;
        ulong key = keys[own];
        int rank = 0;
        for (int i = 0; i < n; i++)
        {
            ulong other = keys[i];
            if (other < key || (other == key && i < own)) rank++;
        }

        y[rank] = own;
    }

    /// <summary>
    /// y[i] = a number of the law with parameters[i], from blocks of its own. Launch: one thread an element. Limit: arithmetic in f64, and threads of a warp that wait for the one
    /// that needs most attempts.
    /// </summary>
    public static void FromLaw<TLaw, T, TConversion>(ArrayView<long> state, ArrayView<T> parameters, ArrayView<T> y, long count)
        where TLaw : struct, IRejectionLaw
        where T : unmanaged
        where TConversion : struct, IConversion<T, double>, IConversion<double, T>
    {
        long i = Places.Thread;
        if (i < count) y[i] = TConversion.From(TLaw.Sample(TConversion.From(parameters[i]), new DeviceBlocks(state), i * TLaw.Blocks));
    }
}
