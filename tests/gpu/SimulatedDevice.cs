using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>One simulator for all fixtures of kernel families, and numbers for it.</summary>
[SetUpFixture]
public sealed class SimulatedDevice
{
    static AcceleratorDevice? simulator;

    /// <summary>The simulator, with warps whatever device other tests ask for.</summary>
    public static AcceleratorDevice Simulator => simulator ??= AcceleratorDevice.Simulator();

    [OneTimeTearDown]
    public void Release()
    {
        simulator?.Dispose();
        simulator = null;
    }

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
