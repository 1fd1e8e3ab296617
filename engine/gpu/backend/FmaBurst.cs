using Adjoint.Kernels;

namespace Adjoint.Gpu;

/// <summary>x ← x·a + a, fused, many times over: a formula that nothing but the multipliers limits.</summary>
public readonly record struct FmaBurst : IUnaryOperator
{
    /// <summary>Multiply-adds an element.</summary>
    public const int Steps = Rounds * 16;

    const int Rounds = 64;

    /// <inheritdoc/>
    // Rows of sixteen, beside which counting the rounds is nothing. The limit of the sequence is 1.
    public V Apply<V>(V x) where V : struct, ILane<V>
    {
        V half = V.From(0.5);
        for (int round = 0; round < Rounds; round++)
        {
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
            x = V.MultiplyAdd(x, half, half);
        }

        return x;
    }
}
