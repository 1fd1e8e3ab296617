namespace Adjoint.Kernels.Gpu;

/// <summary>The elements that a block becomes: four of 32-bit types, of 64-bit types the first two.</summary>
public struct Elements<T> where T : unmanaged
{
    internal T A, B, C, D;
}

/// <summary>How words become elements; the README of the CPU's random kernels defines each.</summary>
public interface IDeviceDistribution<T> where T : unmanaged
{
    /// <summary>Elements of a block, 4 or 2.</summary>
    static abstract int PerBlock { get; }

    Elements<T> From(PhiloxBlock block);
}

/// <summary>Words as they are.</summary>
public readonly struct Bits64 : IDeviceDistribution<ulong>
{
    public static int PerBlock => 2;

    public Elements<ulong> From(PhiloxBlock block) => new() { A = PhiloxDraw.First(block), B = PhiloxDraw.Second(block) };
}

/// <summary>Uniform in [0, 1), f32.</summary>
public readonly struct Uniform32 : IDeviceDistribution<float>
{
    public static int PerBlock => 4;

    public Elements<float> From(PhiloxBlock block) => new() { A = Unit(block.W0), B = Unit(block.W1), C = Unit(block.W2), D = Unit(block.W3) };

    internal static float Unit(uint word) => Float32.Multiply(Float32.FromInt((int)(word >> 8)), (float)UnitInterval.Step24);
}

/// <summary>Uniform in [0, 1), f64.</summary>
public readonly struct Uniform64 : IDeviceDistribution<double>
{
    public static int PerBlock => 2;

    public Elements<double> From(PhiloxBlock block) => new() { A = Unit(PhiloxDraw.First(block)), B = Unit(PhiloxDraw.Second(block)) };

    internal static double Unit(ulong word) => Float64.Multiply(Float64.FromInt((long)(word >> 11)), UnitInterval.Step53);
}

/// <summary>Standard normal, f32, in pairs.</summary>
public readonly struct Normal32 : IDeviceDistribution<float>
{
    public static int PerBlock => 4;

    public Elements<float> From(PhiloxBlock block)
    {
        Transforms.BoxMuller(Radial(block.W0), Turns(block.W1), out Scalar32 a, out Scalar32 b);
        Transforms.BoxMuller(Radial(block.W2), Turns(block.W3), out Scalar32 c, out Scalar32 d);
        return new() { A = a.Value, B = b.Value, C = c.Value, D = d.Value };
    }

    static Scalar32 Radial(uint word) =>
        new(Float32.MultiplyAdd(Float32.FromInt((int)(word >> 1)), (float)UnitInterval.Step31, (float)UnitInterval.Step32));

    static Scalar32 Turns(uint word) => new(Float32.Multiply(Float32.FromInt((int)word), (float)UnitInterval.Step32));
}

/// <summary>Standard normal, f64, in pairs.</summary>
public readonly struct Normal64 : IDeviceDistribution<double>
{
    public static int PerBlock => 2;

    public Elements<double> From(PhiloxBlock block)
    {
        double radial = Float64.FromInt((long)(PhiloxDraw.First(block) >> 11)), turns = Float64.FromInt((long)(PhiloxDraw.Second(block) >> 11));
        Scalar64 u1 = new(Float64.MultiplyAdd(radial, UnitInterval.Step53, UnitInterval.Step53));
        Scalar64 u2 = new(Float64.MultiplyAdd(turns, UnitInterval.Step53, -0.5));
        Transforms.BoxMuller(u1, u2, out Scalar64 a, out Scalar64 b);
        return new() { A = a.Value, B = b.Value };
    }
}

/// <summary>Standard Gumbel, f32.</summary>
public readonly struct Gumbel32 : IDeviceDistribution<float>
{
    public static int PerBlock => 4;

    public Elements<float> From(PhiloxBlock block) => new() { A = Of(block.W0), B = Of(block.W1), C = Of(block.W2), D = Of(block.W3) };

    internal static float Of(uint word)
    {
        Scalar32 middle = new(Float32.MultiplyAdd(Float32.FromInt((int)(word >> 9)), (float)UnitInterval.Step23, (float)UnitInterval.Step24));
        return (-Elementary.LogOfNormal(-Elementary.LogOfNormal(middle))).Value;
    }
}

/// <summary>Standard Gumbel, f64.</summary>
public readonly struct Gumbel64 : IDeviceDistribution<double>
{
    public static int PerBlock => 2;

    public Elements<double> From(PhiloxBlock block) => new() { A = Of(PhiloxDraw.First(block)), B = Of(PhiloxDraw.Second(block)) };

    internal static double Of(ulong word)
    {
        Scalar64 middle = new(Float64.MultiplyAdd(Float64.FromInt((long)(word >> 12)), UnitInterval.Step52, UnitInterval.Step53));
        return (-Elementary.LogOfNormal(-Elementary.LogOfNormal(middle))).Value;
    }
}

/// <summary>Whole numbers low + ⌊w·range / 2^32⌋.</summary>
public readonly struct Integers32(int low, uint range) : IDeviceDistribution<int>
{
    readonly int low = low;
    readonly uint range = range;

    public static int PerBlock => 4;

    public Elements<int> From(PhiloxBlock block) => new() { A = Of(block.W0), B = Of(block.W1), C = Of(block.W2), D = Of(block.W3) };

    int Of(uint word) => low + (int)Words.MultiplyHigh(word, range);
}

/// <summary>Whole numbers low + ⌊x·range / 2^64⌋.</summary>
public readonly struct Integers64(long low, ulong range) : IDeviceDistribution<long>
{
    readonly long low = low;
    readonly ulong range = range;

    public static int PerBlock => 2;

    public Elements<long> From(PhiloxBlock block) => new() { A = Of(PhiloxDraw.First(block)), B = Of(PhiloxDraw.Second(block)) };

    long Of(ulong word) => low + (long)Words.MultiplyHigh(word, range);
}

/// <summary>One where the word is below a bound, else zero. A bound of 2^32 gives ones.</summary>
public readonly struct Bernoulli(ulong bound) : IDeviceDistribution<byte>
{
    readonly ulong bound = bound;

    public static int PerBlock => 4;

    public Elements<byte> From(PhiloxBlock block) => new() { A = Of(block.W0), B = Of(block.W1), C = Of(block.W2), D = Of(block.W3) };

    byte Of(uint word) => word < bound ? (byte)1 : (byte)0;
}
