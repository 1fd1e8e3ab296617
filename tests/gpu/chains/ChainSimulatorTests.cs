using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Random chains on the simulator against the CPU's loops, bit for bit: the seed is the test's argument.</summary>
[NonParallelizable]
public sealed class ChainSimulatorTests
{
    const int Threads = 32;

    static readonly int[] Counts = [1, 2, 3, 4, 5, 7, 8, 33, 127, 130];

    static void Check(RandomChain chain, int seed)
    {
        Array[] expected = chain.OnCpu(), found = chain.OnSimulator(Threads);
        for (int output = 0; output < expected.Length; output++)
        {
            int at = ChainData.Difference(expected[output], found[output]);
            if (at >= 0) Assert.Fail($"seed {seed}, output {output}, element {at}: {found[output].GetValue(at)} where the CPU has {expected[output].GetValue(at)}; {chain}");
        }
    }

    [Test]
    public void DenseInputsAndNumbers([Range(1, 30)] int seed) =>
        Check(new RandomChain(seed, [Counts[seed % Counts.Length]], InputLayout.Dense, InputLayout.Scalar, InputLayout.Dense), seed);

    [Test]
    public void RowsAndColumnsFourElementsAThread([Range(101, 115)] int seed)
    {
        int[] sizes = (seed % 3) switch { 0 => [5, 12], 1 => [3, 4], _ => [2, 3, 8] };
        var chain = new RandomChain(seed, sizes, InputLayout.Row, InputLayout.Column, InputLayout.Dense, InputLayout.Slice, InputLayout.Backwards);
        Assert.That(chain.Chain.ElementsPerThread, Is.EqualTo(4));
        Check(chain, seed);
    }

    [Test]
    public void AnyStrides([Range(201, 215)] int seed)
    {
        int[] sizes = (seed % 5) switch { 0 => [5, 7], 1 => [4, 8], 2 => [2, 3, 5], 3 => [3, 1, 2, 2, 3], _ => [2, 3, 2, 1, 2, 3, 2] };
        InputLayout[] layouts = [.. new Random(seed).GetItems(Enum.GetValues<InputLayout>(), 5)];
        Check(new RandomChain(seed, sizes, layouts), seed);
    }
}
