using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// target moves by a weight towards source. Of the two ways to write it, the one that starts from the nearer end is taken: a weight of 1 gives the
/// source to the bit, and equal numbers stay what they are.
/// </summary>
public readonly struct AverageRule(double weight) : IUpdateRule
{
    public void Run<T, V>(UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        if (weight < 0.5) UpdateLoop.Run<FromTarget<V>, T, V>(new FromTarget<V>(weight), buffers, start, end);
        else UpdateLoop.Run<FromSource<V>, T, V>(new FromSource<V>(1 - weight), buffers, start, end);
    }

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    readonly struct FromTarget<V>(double weight) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V weight = V.From(weight);

        public static int States => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second) => V.MultiplyAdd(source - target, weight, target);
    }

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    readonly struct FromSource<V>(double weight) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V weight = V.From(weight);

        public static int States => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second) => V.MultiplyAdd(target - source, weight, source);
    }
}
