namespace Adjoint.Kernels.Gpu;

/// <summary>A number as one of another type.</summary>
public interface IConversion<TFrom, TTo>
    where TFrom : unmanaged
    where TTo : unmanaged
{
    static abstract TTo From(TFrom x);
}

/// <summary>
/// Every conversion, as .NET's saturating ones do them: floats to integers towards zero, NaN to 0, what does not fit to the nearest that does. A byte stands for a bool that
/// is read; to bool becomes whether the number is not zero.
/// </summary>
public readonly struct Conversions :
    IConversion<float, double>, IConversion<float, int>, IConversion<float, long>, IConversion<float, byte>,
    IConversion<double, double>, IConversion<double, float>, IConversion<double, int>, IConversion<double, long>, IConversion<double, byte>,
    IConversion<int, float>, IConversion<int, double>, IConversion<int, long>, IConversion<int, byte>,
    IConversion<long, float>, IConversion<long, double>, IConversion<long, int>, IConversion<long, byte>,
    IConversion<byte, float>, IConversion<byte, double>, IConversion<byte, int>, IConversion<byte, long>
{
    static double IConversion<float, double>.From(float x) => x;

    static int IConversion<float, int>.From(float x) => Float32.ToInt(x);

    static long IConversion<float, long>.From(float x) => Float64.ToInt(x);

    static byte IConversion<float, byte>.From(float x) => x == 0 ? (byte)0 : (byte)1;

    static double IConversion<double, double>.From(double x) => x;

    static float IConversion<double, float>.From(double x) => (float)x;

    static int IConversion<double, int>.From(double x) => Float64.ToInt32(x);

    static long IConversion<double, long>.From(double x) => Float64.ToInt(x);

    static byte IConversion<double, byte>.From(double x) => x == 0 ? (byte)0 : (byte)1;

    static float IConversion<int, float>.From(int x) => x;

    static double IConversion<int, double>.From(int x) => x;

    static long IConversion<int, long>.From(int x) => x;

    static byte IConversion<int, byte>.From(int x) => x == 0 ? (byte)0 : (byte)1;

    static float IConversion<long, float>.From(long x) => x;

    static double IConversion<long, double>.From(long x) => x;

    static int IConversion<long, int>.From(long x) => x < int.MinValue ? int.MinValue : x > int.MaxValue ? int.MaxValue : (int)x;

    static byte IConversion<long, byte>.From(long x) => x == 0 ? (byte)0 : (byte)1;

    static float IConversion<byte, float>.From(byte x) => (int)x;

    static double IConversion<byte, double>.From(byte x) => (int)x;

    static int IConversion<byte, int>.From(byte x) => x;

    static long IConversion<byte, long>.From(byte x) => (int)x;
}
