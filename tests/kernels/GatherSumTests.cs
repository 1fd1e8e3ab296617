using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Sums of rows that indices name, and their transpose, bit for bit as loops in the order of the indices, on any number of threads.</summary>
[NonParallelizable]
public sealed unsafe class GatherSumTests
{
    int threads;

    [SetUp]
    public void Remember() => threads = Workers.Threads;

    [TearDown]
    public void Restore() => Workers.Threads = threads;

    [Test]
    public void TheTransposeAddsInTheOrderOfTheIndices([Values(1, 2, 5)] int threadCount)
    {
        Workers.Threads = threadCount;
        int seed = Seeds.Fresh();
        var random = new Random(seed);
        for (int trial = 0; trial < 60; trial++)
        {
            // Tables shared by columns, by rows, and of more rows than indices.
            int size = random.Next(1, 4) switch { 1 => random.Next(1, 16), 2 => random.Next(16, 100), _ => random.Next(1000, 3000) };
            int rows = random.Next(0, 200), hot = random.Next(1, 8), width = random.Next(1, 300);
            float[] x = [.. Enumerable.Range(0, rows * width).Select(_ => random.NextSingle() - 0.5f)], table = new float[size * width], expected = new float[size * width];
            long[] indices = [.. Enumerable.Range(0, rows * hot).Select(_ => (long)random.Next(-1, size))];
            Array.Fill(table, float.NaN);
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i] < 0) continue;
                for (int column = 0; column < width; column++) expected[(indices[i] * width) + column] += x[(i / hot * width) + column];
            }

            fixed (float* source = x, target = table)
            fixed (long* places = indices) GatherSumKernel.Scatter(source, places, target, size, rows, hot, width);
            Assert.That(table, Is.EqualTo(expected), $"table {size} x {width}, indices {rows} x {hot}, seed {seed}");
        }
    }
}
