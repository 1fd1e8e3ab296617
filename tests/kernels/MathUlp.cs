using System.Globalization;
using Adjoint.Kernels;

namespace Adjoint.Tests;

/// <summary>Distances in units in the last place, and the table of reference values.</summary>
static class MathUlp
{
    /// <summary>Distance of an f64 from a reference, in units of the last place of the reference.</summary>
    public static double Of64(double value, double reference) => Distance(value, reference, 52, -1074, double.MaxValue);

    /// <summary>Distance of an f32 from an unrounded reference, in units of the last place that the reference has in f32.</summary>
    public static double Of32(float value, double reference)
    {
        bool bothNaN = float.IsNaN(value) && double.IsNaN(reference);
        return bothNaN || value == (float)reference ? 0 : Distance(value, reference, 23, -149, float.MaxValue);
    }

    static double Distance(double value, double reference, int fractionBits, int lowest, double largest)
    {
        if (value == reference || (double.IsNaN(value) && double.IsNaN(reference))) return 0;
        // An infinity counts as the number that would follow the largest one.
        if (double.IsInfinity(value)) value = Math.CopySign(largest, value);
        if (reference == 0) return Math.Abs(value) / Math.ScaleB(1, lowest);
        double ulp = Math.ScaleB(1, Math.Max(Math.ILogB(reference) - fractionBits, lowest));
        double distance = Math.Abs(value - reference) / ulp;
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }

    /// <summary>The rows of math-reference.csv for one function.</summary>
    public static List<(double X, double Y, double Value)> Reference(string function)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "fixtures", "math-reference.csv");
        var rows = new List<(double X, double Y, double Value)>();
        foreach (string line in File.ReadLines(path))
        {
            string[] cells = line.Split(',');
            if (cells[0] == function) rows.Add((Hexadecimal(cells[1]), cells[2].Length == 0 ? 0 : Hexadecimal(cells[2]), Hexadecimal(cells[3])));
        }

        return rows;
    }

    /// <summary>Bit patterns of f32 spread over all of them, one in each block of equal size.</summary>
    public static IEnumerable<float> Sweep32(int count, int seed)
    {
        var random = new Random(seed);
        uint block = (uint)(4294967296L / count);
        for (uint i = 0; i < count; i++)
            yield return BitConverter.UInt32BitsToSingle((i * block) + (uint)random.NextInt64(block));
    }

    /// <summary>A vector function over a whole array, whose length is a multiple of the register's.</summary>
    public static T[] Run<TFunction, V, T>(T[] x)
        where TFunction : struct, IUnaryOperator
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        var result = new T[x.Length];
        for (int i = 0; i < x.Length; i += V.Count) V.Store(default(TFunction).Apply(V.Load(in x[i])), ref result[i]);
        return result;
    }

    static double Hexadecimal(string text)
    {
        string digits = text.TrimStart('-');
        int exponentAt = digits.IndexOf('p', StringComparison.Ordinal);
        string[] significand = digits[2..exponentAt].Split('.');
        string fraction = significand.Length > 1 ? significand[1] : "";
        ulong integer = ulong.Parse(significand[0] + fraction, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        int exponent = int.Parse(digits[(exponentAt + 1)..], CultureInfo.InvariantCulture);
        double value = Math.ScaleB(integer, exponent - (4 * fraction.Length));
        return text.StartsWith('-') ? -value : value;
    }
}
