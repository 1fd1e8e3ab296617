namespace Adjoint.Kernels;

/// <summary>
/// Unsigned keys whose order is the order of numbers: floats by their bits, -0 as 0, NaN last in both directions; integers by moving their sign. The same on the CPU and on a GPU.
/// </summary>
public static class OrderKey
{
    const int Infinity32 = 0x7F80_0000;
    const long Infinity64 = 0x7FF0_0000_0000_0000;

    /// <summary>The key of the bits of an f32 or an i32.</summary>
    public static uint Of(int bits, bool isFloat, bool descending)
    {
        if (isFloat)
        {
            if ((bits & int.MaxValue) > Infinity32) return uint.MaxValue;
            if ((bits & int.MaxValue) == 0) bits = 0;
            if (bits < 0) bits ^= int.MaxValue;
        }

        uint key = unchecked((uint)bits) ^ 0x8000_0000u;
        return descending ? ~key : key;
    }

    /// <summary>The key of the bits of an f64 or an i64.</summary>
    public static ulong Of(long bits, bool isFloat, bool descending)
    {
        if (isFloat)
        {
            if ((bits & long.MaxValue) > Infinity64) return ulong.MaxValue;
            if ((bits & long.MaxValue) == 0) bits = 0;
            if (bits < 0) bits ^= long.MaxValue;
        }

        ulong key = unchecked((ulong)bits) ^ 0x8000_0000_0000_0000ul;
        return descending ? ~key : key;
    }
}
