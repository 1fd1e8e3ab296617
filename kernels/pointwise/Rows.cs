using System.Runtime.CompilerServices;

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
}
