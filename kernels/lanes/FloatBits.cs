using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>The layout of IEEE 754 numbers, used by the lanes to take floats apart and to build powers of two.</summary>
static class FloatBits
{
    /// <summary>Adding this to an integral float leaves the integer in the low bits of the sum: 1.5 · 2^23.</summary>
    public const float Integer32 = 12582912f;

    /// <summary>The same for doubles: 1.5 · 2^52.</summary>
    public const double Integer64 = 6755399441055744.0;

    public const int Fraction32 = 0x007F_FFFF;
    public const int One32 = 0x3F80_0000;

    /// <summary>√½, from which the significands of logarithms start.</summary>
    public const int HalfOfSqrtTwo32 = 0x3F35_04F3;

    /// <summary>Moves the bits of positive normal numbers, and of no others, to the lowest integers.</summary>
    public const int NormalShift32 = 0x7F80_0000;

    /// <summary>The last of those integers.</summary>
    public const int NormalLimit32 = unchecked((int)0xFEFF_FFFF);

    public const long Fraction64 = 0x000F_FFFF_FFFF_FFFF;
    public const long One64 = 0x3FF0_0000_0000_0000;
    public const long HalfOfSqrtTwo64 = 0x3FE6_A09E_667F_3BCD;
    public const long NormalShift64 = 0x7FF0_0000_0000_0000;
    public const long NormalLimit64 = unchecked((long)0xFFDF_FFFF_FFFF_FFFF);
    public const long Integer52 = 0x4330_0000_0000_0000;

    /// <summary>Applies a scalar function to <paramref name="count"/> neighbours.</summary>
    public static void Map<TFunction, T>(ref readonly T source, ref T target, int count)
        where TFunction : struct, IScalarFunction
        where T : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            T x = Unsafe.Add(ref Unsafe.AsRef(in source), i);
            if (typeof(T) == typeof(float)) Unsafe.Add(ref target, i) = (T)(object)TFunction.Invoke((float)(object)x);
            else Unsafe.Add(ref target, i) = (T)(object)TFunction.Invoke((double)(object)x);
        }
    }

    /// <summary>Applies a scalar function to <paramref name="count"/> pairs of neighbours.</summary>
    public static void Map<TFunction, T>(ref readonly T left, ref readonly T right, ref T target, int count)
        where TFunction : struct, IScalarBinaryFunction
        where T : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            T x = Unsafe.Add(ref Unsafe.AsRef(in left), i);
            T y = Unsafe.Add(ref Unsafe.AsRef(in right), i);
            if (typeof(T) == typeof(float)) Unsafe.Add(ref target, i) = (T)(object)TFunction.Invoke((float)(object)x, (float)(object)y);
            else Unsafe.Add(ref target, i) = (T)(object)TFunction.Invoke((double)(object)x, (double)(object)y);
        }
    }
}
