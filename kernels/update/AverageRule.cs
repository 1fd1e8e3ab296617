using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// target moves by a weight towards source. Of the two ways to write it, the one that starts from the nearer end is taken: a weight of 1 gives the
/// source to the bit, and equal numbers stay what they are.
/// </summary>
public readonly struct AverageRule(double weight) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        if (weight < 0.5) UpdateLoop.Run<FromTarget<V>, T, V>(new FromTarget<V>(weight), in buffers, start, end);
        else UpdateLoop.Run<FromSource<V>, T, V>(new FromSource<V>(1 - weight), in buffers, start, end);
    }
}

/// <summary>A weight below one half.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
readonly struct FromTarget<V>(double weight) : IUpdateLanes<V> where V : struct, ILane<V>
{
    readonly V weight = V.From(weight);

    public static int States => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply(V target, V source, ref V first, ref V second) => V.MultiplyAdd(source - target, weight, target);
}

/// <summary>A weight of one half or more, of which <paramref name="rest"/> is the complement.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
readonly struct FromSource<V>(double rest) : IUpdateLanes<V> where V : struct, ILane<V>
{
    readonly V rest = V.From(rest);

    public static int States => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply(V target, V source, ref V first, ref V second) => V.MultiplyAdd(target - source, rest, source);
}

/// <summary>No average follows.</summary>
readonly struct NoAverage<V> : IUpdateLanes<V> where V : struct, ILane<V>
{
    public static int States => 0;

    public V Apply(V target, V source, ref V first, ref V second) => target;
}
