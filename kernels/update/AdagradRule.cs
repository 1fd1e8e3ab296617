using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>One step of Adagrad (Duchi, Hazan, Singer 2011): first = sum of the gradient's squares, target -= rate · gradient / (√first + epsilon).</summary>
public readonly struct AdagradRule(double scale, double decay, double rate, double epsilon) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T> =>
        UpdateLoop.Run<Lanes<V>, T, V>(new Lanes<V>(scale, decay, -rate, epsilon), in buffers, start, end);

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Lanes<V>(double scale, double decay, double rate, double epsilon) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V scale = V.From(scale), decay = V.From(decay), rate = V.From(rate), epsilon = V.From(epsilon);

        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second)
        {
            V gradient = V.MultiplyAdd(target, decay, source * scale);
            first = V.MultiplyAdd(gradient, gradient, first);
            return V.MultiplyAdd(gradient / (V.Sqrt(first) + epsilon), rate, target);
        }
    }
}
