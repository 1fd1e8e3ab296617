using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// One column a row, drawn from the row's weights or logits. A row that offers no column gives <see cref="None"/>. Rows of one draw
/// may be spread over threads: pass the rows' slice and the number of its first row.
/// </summary>
public static class Categorical
{
    /// <summary>The answer for a row without a column to choose.</summary>
    public const long None = -1;

    const int Tile = 256;

    /// <summary>
    /// Draws by inverting the distribution function: the first column whose running sum, in f64 and from the left, exceeds
    /// u times the row's sum, where u is the f64 uniform whose element number is the row's.
    /// </summary>
    /// <param name="weights">[rows, columns], non-negative, of any sum. <see cref="None"/> comes where the sum is zero, infinite or NaN.</param>
    /// <param name="indices">[rows]; receives the columns.</param>
    /// <param name="columns">Weights a row.</param>
    /// <param name="draw">The draw; it uses two words a row.</param>
    /// <param name="startRow">The number of the first row within the draw.</param>
    /// <exception cref="ArgumentException">The spans disagree about the number of rows.</exception>
    public static void FromWeights<T>(ReadOnlySpan<T> weights, Span<long> indices, int columns, Draw draw, long startRow = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(weights.Length, indices.Length, columns, startRow);
        Span<double> uniforms = stackalloc double[Tile];
        for (int row = 0; row < indices.Length; row++)
        {
            if (row % Tile == 0) RandomKernels.Uniform(uniforms[..Math.Min(Tile, indices.Length - row)], draw, startRow + row);
            indices[row] = Invert(weights.Slice(row * columns, columns), uniforms[row % Tile]);
        }
    }

    static int Invert<T>(ReadOnlySpan<T> weights, double uniform) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double total = 0;
        foreach (T weight in weights) total += double.CreateTruncating(weight);
        if (!(total > 0 && double.IsFinite(total))) return (int)None;

        double sum = 0, threshold = uniform * total;
        int last = (int)None;
        for (int column = 0; column < weights.Length; column++)
        {
            double weight = double.CreateTruncating(weights[column]);
            sum += weight;
            if (sum > threshold) return column;
            if (weight > 0) last = column;
        }

        // The threshold was rounded up to the total.
        return last;
    }

    /// <summary>
    /// Draws from softmax(logits) as the argmax of logits plus Gumbel noise, of which element row · columns + column belongs to each logit;
    /// the lowest column wins a tie. Gumbel, "Statistical theory of extreme values", 1954; Maddison, Tarlow, Minka, "A* sampling", 2014.
    /// </summary>
    /// <param name="logits">
    /// [rows, columns]; -∞ and NaN are never chosen, and +∞ always is. <see cref="None"/> comes where nothing is left to choose.
    /// </param>
    /// <param name="indices">[rows]; receives the columns.</param>
    /// <param name="columns">Logits a row.</param>
    /// <param name="draw">The draw; it uses one element of the logits' type for each logit.</param>
    /// <param name="startRow">The number of the first row within the draw.</param>
    /// <exception cref="ArgumentException">The spans disagree about the number of rows.</exception>
    public static void FromLogits(ReadOnlySpan<float> logits, Span<long> indices, int columns, Draw draw, long startRow = 0) =>
        FromLogits<float, MiddleDistribution>(logits, indices, columns, draw, startRow);

    /// <inheritdoc cref="FromLogits(ReadOnlySpan{float}, Span{long}, int, Draw, long)"/>
    public static void FromLogits(ReadOnlySpan<double> logits, Span<long> indices, int columns, Draw draw, long startRow = 0) =>
        FromLogits<double, MiddleDistribution>(logits, indices, columns, draw, startRow);

    static void FromLogits<T, TMiddle>(ReadOnlySpan<T> logits, Span<long> indices, int columns, Draw draw, long startRow)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TMiddle : struct, IDistribution<T>
    {
        Check(logits.Length, indices.Length, columns, startRow);
        indices.Fill(None);
        Span<T> noise = stackalloc T[Tile];
        long start = checked(startRow * columns);
        int row = 0, column = 0;
        var largest = new FirstLargest<T>();
        for (int done = 0; done < logits.Length; done += Tile)
        {
            var part = logits.Slice(done, Math.Min(Tile, logits.Length - done));
            Span<T> sums = noise[..part.Length];
            GumbelLoop.Run<TMiddle, T>(sums, draw, start + done);
            for (int i = 0; i < part.Length; i++)
            {
                largest.Take(part[i] + sums[i], column);
                if (++column < columns) continue;
                indices[row++] = largest.Place;
                column = 0;
                largest = new FirstLargest<T>();
            }
        }
    }

    static void Check(int elements, int rows, int columns, long startRow)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startRow);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if ((long)rows * columns != elements)
            throw new ArgumentException($"Categorical: {rows} rows of {columns} columns need {(long)rows * columns} numbers, got {elements}.");
    }
}
