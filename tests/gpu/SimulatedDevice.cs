using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>One simulator for all fixtures of this folder, and arguments for it.</summary>
[SetUpFixture]
public sealed class SimulatedDevice
{
    static Simulator? simulator;

    /// <summary>The simulator: blocks of up to 128 threads.</summary>
    public static Simulator Simulator => simulator ??= new Simulator(warps: 4);

    [OneTimeTearDown]
    public void Release()
    {
        simulator?.Dispose();
        simulator = null;
    }

    /// <summary>Blocks of a number of threads that cover a number of items.</summary>
    public static (int X, int Y, int Z) Cover(long items, int threads) => ((int)((items + threads - 1) / threads), 1, 1);

    /// <summary>Numbers of both signs and several magnitudes, from a seed that is part of the test's name.</summary>
    public static double[] Numbers(int count, int seed, double low = -3, double high = 3)
    {
        var random = new Random(seed);
        var numbers = new double[count];
        for (int i = 0; i < count; i++) numbers[i] = low + ((high - low) * random.NextDouble());
        return numbers;
    }

    /// <summary>The same as f32.</summary>
    public static float[] Singles(double[] numbers) => [.. numbers.Select(x => (float)x)];
}
