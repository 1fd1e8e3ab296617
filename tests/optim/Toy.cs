using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Two small parameters whose gradients a test gives by hand.</summary>
sealed class Toy : Module
{
    public Toy()
    {
        Matrix = Add("matrix", [3, 5], Initializers.Normal(1));
        Vector = Add("vector", [7], Initializers.Normal(1));
    }

    public Parameter Matrix { get; }

    public Parameter Vector { get; }

    public static double[] Draw(Random random, int count)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++) values[i] = (random.NextDouble() * 4) - 2;
        return values;
    }
}

/// <summary>Seeds that failures can be repeated with.</summary>
static class Seeds
{
    public static int Fresh()
    {
        int seed = Environment.TickCount & 0xFFFF;
        TestContext.Out.WriteLine($"seed {seed}");
        return seed;
    }
}
