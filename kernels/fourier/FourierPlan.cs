using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Adjoint.Kernels;

/// <summary>
/// What a transform of one length needs beside its data: factors and turns (e^(-2πi j/n)), computed in f64 and kept for the life of the process. Immutable, shared by threads.
/// </summary>
public sealed unsafe class FourierPlan<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // Longer lines leave the second-level cache as tiles of a register's width, and go as two transforms of about their root.
    const int LongestTile = 1024;

    static readonly ConcurrentDictionary<int, FourierPlan<T>> plans = new();

    readonly int[] factors;
    readonly long[] turns;
    readonly T* table;

    FourierPlan(int length)
    {
        Length = Rows = length;
        int[]? own = FourierFactors.Of(length);
        factors = own ?? [];
        turns = new long[factors.Length];
        var numbers = new List<T>();
        for (int pass = 0, before = 1; pass < factors.Length; before *= factors[pass++])
        {
            turns[pass] = numbers.Count;
            AddTurns(numbers, before, factors[pass]);
        }

        HalfStart = numbers.Count;
        for (int k = 0; k <= length; k++) Add(numbers, FourierFactors.Turn(k, 2L * length));
        if (own is null)
        {
            Convolution = Of(FourierFactors.ConvolutionLength((2 * length) - 1));
            Rows = Convolution.Length;
            ChirpStart = numbers.Count;
            for (long j = 0; j < length; j++) Add(numbers, FourierFactors.Turn(j * j % (2L * length), 2L * length));
            FilterStart = numbers.Count;
            AddFilter(numbers);
        }
        else if (length > LongestTile && FourierFactors.MiddleDivisor(length) is > 15 and var divisor && length / divisor <= LongestTile)
        {
            (First, Second) = (Of(divisor), Of(length / divisor));
            SplitStart = numbers.Count;
            for (int k = 0; k < First.Length; k++)
            {
                for (int s = 0; s < Second.Length; s++) Add(numbers, FourierFactors.Turn((long)k * s, length));
            }
        }

        table = (T*)NativeMemory.AlignedAlloc(checked((nuint)numbers.Count * (nuint)sizeof(T)), 64);
        CollectionsMarshal.AsSpan(numbers).CopyTo(new Span<T>(table, numbers.Count));
    }

    /// <summary>The plan of a length.</summary>
    public static FourierPlan<T> Of(int length) => plans.TryGetValue(length, out FourierPlan<T>? plan) ? plan : plans.GetOrAdd(length, static n => new FourierPlan<T>(n));

    /// <summary>Complex numbers of a line.</summary>
    public int Length { get; }

    /// <summary>Rows that a tile takes: the length, or that of the convolution by which it goes.</summary>
    public int Rows { get; }

    /// <summary>Factors, one a pass.</summary>
    public ReadOnlySpan<int> Factors => factors;

    /// <summary>The transform by which a length with a large prime factor goes (Bluestein 1970); null for others.</summary>
    public FourierPlan<T>? Convolution { get; }

    /// <summary>The transforms over the columns and rows of a long line seen as a matrix; null for others.</summary>
    public FourierPlan<T>? First { get; }

    /// <inheritdoc cref="First"/>
    public FourierPlan<T>? Second { get; }

    /// <summary>Turns of a pass: for each k below the product of the factors before, the factor's turns of k·1, k·2, …; an odd factor's cosines and sines follow.</summary>
    public T* Turns(int pass) => table + turns[pass];

    /// <summary>e^(-πi k/n) for k = 0 … n.</summary>
    public T* HalfTurns => table + HalfStart;

    /// <summary>e^(-πi j²/n) for j below n.</summary>
    public T* Chirp => table + ChirpStart;

    /// <summary>Transform of the conjugate chirp, over its length.</summary>
    public T* Filter => table + FilterStart;

    /// <summary>e^(-2πi k s/n) for rows k and columns s of a long line.</summary>
    public T* SplitTurns => table + SplitStart;

    long HalfStart { get; }

    long ChirpStart { get; }

    long FilterStart { get; }

    long SplitStart { get; }

    static void AddTurns(List<T> numbers, int before, int factor)
    {
        long whole = (long)before * factor;
        for (int k = 0; k < before; k++)
        {
            for (int q = 1; q < factor; q++) Add(numbers, FourierFactors.Turn((long)q * k, whole));
        }

        if (factor is 2 or 3 or 4 or 5 or 8) return;
        for (int j = 0; j < factor; j++) Add(numbers, FourierFactors.Turn(j, factor));
    }

    // Turns go clockwise, as the forward transform does.
    static void Add(List<T> numbers, (double Cos, double Sin) turn)
    {
        numbers.Add(T.CreateChecked(turn.Cos));
        numbers.Add(T.CreateChecked(-turn.Sin));
    }

    // The conjugate chirp around 0, transformed in f64 and divided by its length.
    void AddFilter(List<T> numbers)
    {
        int size = Rows;
        double[] chirp = new double[2 * size], filter = new double[2 * size];
        for (long j = 0; j < Length; j++)
        {
            var (cos, sin) = FourierFactors.Turn(j * j % (2L * Length), 2L * Length);
            foreach (long place in (ReadOnlySpan<long>)[j, (size - j) % size]) (chirp[2 * place], chirp[(2 * place) + 1]) = (cos, sin);
        }

        fixed (double* source = chirp, target = filter)
            FourierKernel.Lines(new FourierShape<double> { Length = size, Scale = 1.0 / size }, source, target, 1);
        foreach (double number in filter) numbers.Add(T.CreateChecked(number));
    }
}
