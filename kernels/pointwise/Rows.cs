using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>Moves of one row of numbers.</summary>
static unsafe class Rows
{
    /// <summary>target[i] = source[i · step]</summary>
    public static void Gather<T>(T* source, int step, T* target, int count) where T : unmanaged
    {
        if (step == 1) Copy(source, target, count);
        else
        {
            for (int i = 0; i < count; i++) target[i] = source[(long)i * step];
        }
    }

    /// <summary>target[i · step] = source[i · sourceStep], with sourceStep 0 or 1.</summary>
    public static void Scatter<T>(T* source, int sourceStep, T* target, int step, int count) where T : unmanaged
    {
        if (step == 1 && sourceStep == 1) Copy(source, target, count);
        else if (step == 1) new Span<T>(target, count).Fill(*source);
        else
        {
            for (int i = 0; i < count; i++) target[(long)i * step] = source[(long)i * sourceStep];
        }
    }

    /// <summary>target[i] = source[i]</summary>
    public static void Copy<T>(T* source, T* target, int count) where T : unmanaged =>
        Unsafe.CopyBlockUnaligned(target, source, (uint)(count * sizeof(T)));

    /// <summary>Rows of numbers that lie without gaps, from places a stride apart to places a stride apart. The two do not overlap.</summary>
    public static void Copy<T>(T* source, long sourceStride, T* target, long targetStride, int columns, int rows) where T : unmanaged
    {
        // A narrow row is two moves, which may overlap.
        int bytes = columns * sizeof(T);
        if (bytes is > 64 or < 4)
        {
            for (int row = 0; row < rows; row++) Copy(source + (row * sourceStride), target + (row * targetStride), columns);
        }
        else
        {
            byte* from = (byte*)source, to = (byte*)target;
            (sourceStride, targetStride) = (sourceStride * sizeof(T), targetStride * sizeof(T));
            if (bytes >= 32) Twice<Vector256<byte>>(from, sourceStride, to, targetStride, bytes, rows);
            else if (bytes >= 16) Twice<Vector128<byte>>(from, sourceStride, to, targetStride, bytes, rows);
            else if (bytes >= 8) Twice<ulong>(from, sourceStride, to, targetStride, bytes, rows);
            else Twice<uint>(from, sourceStride, to, targetStride, bytes, rows);
        }
    }

    static void Twice<TMove>(byte* source, long sourceStride, byte* target, long targetStride, int bytes, int rows) where TMove : unmanaged
    {
        int last = bytes - sizeof(TMove);
        for (int row = 0; row < rows; row++, source += sourceStride, target += targetStride)
        {
            TMove first = Unsafe.ReadUnaligned<TMove>(source), second = Unsafe.ReadUnaligned<TMove>(source + last);
            Unsafe.WriteUnaligned(target, first);
            Unsafe.WriteUnaligned(target + last, second);
        }
    }
}
