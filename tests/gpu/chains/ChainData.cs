using System.Runtime.CompilerServices;
using Adjoint.Kernels;

namespace Adjoint.Tests.Gpu;

/// <summary>Elements of chains of any type.</summary>
static class ChainData
{
    static readonly double[] Special = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0, 1e30, 1e-42, 3e9, -1];
    static readonly long[] Extremes = [0, 1, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    /// <summary>Numbers of a type, special ones among them.</summary>
    public static Array Fill(Type element, int length, Random random) =>
        element == typeof(float) ? Make(length, () => (float)Real(random))
        : element == typeof(double) ? Make(length, () => Real(random))
        : element == typeof(int) ? Make(length, () => (int)Whole(random))
        : element == typeof(long) ? Make(length, () => Whole(random))
        : Make(length, () => (byte)random.Next(2));

    static T[] Make<T>(int length, Func<T> next) => [.. Enumerable.Range(0, length).Select(_ => next())];

    static double Real(Random random) => random.Next(8) == 0 ? Special[random.Next(Special.Length)] : (random.NextDouble() * 6) - 3;

    static long Whole(Random random) => random.Next(8) == 0 ? Extremes[random.Next(Extremes.Length)] : random.Next(-100, 100);

    /// <summary>Where two arrays differ in bits, other than by the bits of a NaN; -1 if nowhere.</summary>
    public static int Difference(Array left, Array right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            if (!Same(left.GetValue(i)!, right.GetValue(i)!)) return i;
        }

        return left.Length == right.Length ? -1 : left.Length;
    }

    static bool Same(object left, object right) => (left, right) switch
    {
        (float x, float y) => BitConverter.SingleToInt32Bits(x) == BitConverter.SingleToInt32Bits(y) || (float.IsNaN(x) && float.IsNaN(y)),
        (double x, double y) => BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y) || (double.IsNaN(x) && double.IsNaN(y)),
        _ => left.Equals(right),
    };
}

/// <summary>Memory of the simulator whose type is known as the test runs.</summary>
abstract class ChainMemory : IDisposable
{
    /// <summary>A copy of an array.</summary>
    public static ChainMemory Copy(Array elements) => elements switch
    {
        float[] numbers => new Of<float>(numbers),
        double[] numbers => new Of<double>(numbers),
        int[] numbers => new Of<int>(numbers),
        long[] numbers => new Of<long>(numbers),
        _ => new Of<byte>((byte[])elements),
    };

    /// <summary>The elements from a place on, as a kernel's argument.</summary>
    public abstract DeviceView View(long first);

    /// <summary>The elements.</summary>
    public abstract Array Read();

    public abstract void Dispose();

    sealed class Of<T>(T[] elements) : ChainMemory where T : unmanaged
    {
        readonly TestMemory<T> memory = SimulatedDevice.Simulator.Memory<T>(elements);

        public override DeviceView View(long first) => new(memory.View.Address + (ulong)(first * Unsafe.SizeOf<T>()), memory.View.Count - first);

        public override Array Read() => memory.Read();

        public override void Dispose() => memory.Dispose();
    }
}
