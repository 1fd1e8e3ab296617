using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>Finds the numbers of a line that are not zero; NaN counts as one of them, either zero does not.</summary>
static unsafe class NonZeros
{
    /// <summary>Numbers that one word of <c>seen</c> stands for; a line is searched by words.</summary>
    public const int Word = 16;

    /// <summary>Numbers behind the last index that <see cref="Find{T}"/> may overwrite.</summary>
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

    /// <summary>Writes the indices of a line in rising order to <paramref name="indices"/>, and sets their bits.</summary>
    /// <param name="line">The line.</param>
    /// <param name="count">How many numbers it has.</param>
    /// <param name="indices">Room for <paramref name="count"/> and <see cref="Slack"/> more.</param>
    /// <param name="before">For each word of the line, how many indices there are before it; behind the last word, how many there are.</param>
    /// <param name="seen">One bit for each number of the line.</param>
    /// <returns>How many indices there are.</returns>
    public static int Find<T>(T* line, int count, int* indices, int* before, ushort* seen) where T : unmanaged
    {
        int found = 0, word = 0;
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            Vector512<int> next = Vector512<int>.Indices;
            for (int i = 0; i < count; i += Word, word++)
            {
                Vector512<int> isNonZero = count - i >= Word ? IsNonZero(line + i) : IsNonZero(line + i, count - i);
                uint bits = (uint)isNonZero.ExtractMostSignificantBits();
                Avx512F.Compress(Vector512<int>.Zero, isNonZero, next).Store(indices + found);
                next += Vector512.Create(Word);
                before[word] = found;
                found += BitOperations.PopCount(bits);
                seen[word] |= (ushort)bits;
            }
        }
        else
        {
            for (int i = 0; i < count; word++)
            {
                before[word] = found;

                // No branch on a number: which of them are zero cannot be predicted.
                int bits = 0;
                for (int bit = 0; bit < Word && i < count; bit++, i++)
                {
                    int isNonZero = Scalar<T>.IsZero(line[i]) ? 0 : 1;
                    indices[found] = i;
                    found += isNonZero;
                    bits |= isNonZero << bit;
                }

                seen[word] |= (ushort)bits;
            }
        }

        before[word] = found;
        return found;
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
