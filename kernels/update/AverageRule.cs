using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// target moves by a weight towards source. Of the two ways to write it, the one that starts from the nearer end is taken: a weight of 1 gives the
/// source to the bit, and equal numbers stay what they are.
/// </summary>
public readonly struct AverageRule(double weight) : IUpdateRule
{
    public static int States => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V target, V source, ref V first, ref V second) where V : struct, ILane<V> =>
        weight < 0.5 ? V.MultiplyAdd(source - target, V.From(weight), target) : V.MultiplyAdd(target - source, V.From(1 - weight), source);
}
