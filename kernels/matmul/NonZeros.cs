using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>Finds the numbers of a line that are not zero; NaN counts as one of them, either zero does not.</summary>
static unsafe class NonZeros
{
    /// <summary>Numbers that one word of bits stands for; a line is searched by words.</summary>
    public const int Word = 16;

    /// <summary>Numbers behind the last index that <see cref="List"/> may overwrite.</summary>
    public const int Slack = Word;

    // What an estimate looks at: so many lines, and so many numbers of each.
    const int Lines = 4;
    const int Sample = 4 * Word;

    /// <summary>An estimate of the part of a matrix that is not zero, from stretches of a few of its lines, which are contiguous.</summary>
    /// <param name="source">The first line.</param>
    /// <param name="lineStride">Step from one line to the next.</param>
    /// <param name="lines">Number of lines; at least one.</param>
    /// <param name="length">Numbers in a line; at least one.</param>
    public static double Density<T>(T* source, nint lineStride, int lines, int length) where T : unmanaged
    {
        int stretch = Math.Min(length, Sample), looks = Math.Min(lines, Lines), count = 0;
        for (int look = 0; look < looks; look++)
        {
            long line = ((2 * look) + 1) * (long)lines / (2 * looks), start = look * (long)(length - stretch) / Lines;
            count += Count(source + ((nint)line * lineStride) + (nint)start, stretch);
        }

        return (double)count / (looks * stretch);
    }

    /// <summary>Sets a bit for each number of a line that is not zero, in words of <see cref="Word"/> numbers.</summary>
    /// <param name="line">The line.</param>
    /// <param name="count">How many numbers it has.</param>
    /// <param name="words">A word for each <see cref="Word"/> numbers that the line has, and for the rest.</param>
    public static void Mark<T>(T* line, int count, ushort* words) where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            for (int i = 0; i < count; i += Word)
                *words++ = (ushort)(count - i >= Word ? IsNonZero(line + i) : IsNonZero(line + i, count - i)).ExtractMostSignificantBits();
        }
        else
        {
            for (int i = 0; i < count; words++)
            {
                // No branch on a number: which of them are zero cannot be predicted.
                int bits = 0;
                for (int bit = 0; bit < Word && i < count; bit++, i++) bits |= (Scalar<T>.IsZero(line[i]) ? 0 : 1) << bit;
                *words = (ushort)bits;
            }
        }
    }

    /// <summary>Writes the places of a word's bits in rising order.</summary>
    /// <param name="bits">The word.</param>
    /// <param name="first">The place of its first bit.</param>
    /// <param name="indices">Room for <see cref="Slack"/>, all of which may be written.</param>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int List(uint bits, int first, int* indices)
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            Vector512<int> isSet = ~Vector512.Equals(Vector512.Create((int)bits) & Bits, Vector512<int>.Zero);
            Avx512F.Compress(Vector512<int>.Zero, isSet, Vector512<int>.Indices + Vector512.Create(first)).Store(indices);
        }
        else
        {
            for (uint left = bits; left != 0; left &= left - 1) *indices++ = first + BitOperations.TrailingZeroCount(left);
        }

        return BitOperations.PopCount(bits);
    }

    static Vector512<int> Bits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(1, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7, 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15);
    }

    static int Count<T>(T* line, int count) where T : unmanaged
    {
        int found = 0, i = 0;
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            for (; i < count; i += Word)
                found += BitOperations.PopCount((count - i >= Word ? IsNonZero(line + i) : IsNonZero(line + i, count - i)).ExtractMostSignificantBits());
        }

        for (; i < count; i++) found += Scalar<T>.IsZero(line[i]) ? 0 : 1;
        return found;
    }

    // All bits where one of sixteen numbers is not zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> IsNonZero<T>(T* line) where T : unmanaged => typeof(T) == typeof(float)
        ? ~Vector512.Equals(Vector512.Load(line), Vector512<T>.Zero).AsInt32()
        : IsNonZero(Vector512.Load(line), Vector512.Load(line + Vector512<T>.Count));

    // The same for the first of them, with zeros behind.
    static Vector512<int> IsNonZero<T>(T* line, int count) where T : unmanaged => typeof(T) == typeof(float)
        ? ~Vector512.Equals(Simd512<T>.LoadPart(line, count), Vector512<T>.Zero).AsInt32()
        : IsNonZero(Simd512<T>.LoadPart(line, count), Simd512<T>.LoadPart(line + Vector512<T>.Count, count - Vector512<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> IsNonZero<T>(Vector512<T> first, Vector512<T> second) =>
        ~Vector512.Narrow(Vector512.Equals(first, Vector512<T>.Zero).AsInt64(), Vector512.Equals(second, Vector512<T>.Zero).AsInt64());
}
