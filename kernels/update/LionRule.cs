using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// One step of Lion (Chen et al. 2023, algorithm 2): target = keep · target - rate · sign(blend of first and gradient), then first = mean of the gradient. NaN stays.
/// </summary>
/// <param name="scale">Factor on the gradient, from clipping.</param>
/// <param name="keep">Factor on the parameter before the step: 1 - learning rate · decay.</param>
/// <param name="beta1">Share of the mean in the blend.</param>
/// <param name="beta2">Decay of the mean.</param>
/// <param name="rate">Learning rate.</param>
public readonly struct LionRule(double scale, double keep, double beta1, double beta2, double rate) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T> =>
        UpdateLoop.Run<Lanes<V>, T, V>(new Lanes<V>(scale, keep, 1 - beta1, 1 - beta2, -rate), in buffers, start, end);

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Lanes<V>(double scale, double keep, double toBlend, double toFirst, double rate) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V scale = V.From(scale), keep = V.From(keep), toBlend = V.From(toBlend), toFirst = V.From(toFirst), rate = V.From(rate);

        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second)
        {
            V change = (source * scale) - first, blend = V.MultiplyAdd(change, toBlend, first), zero = V.From(0), one = V.From(1);
            first = Subnormal.Flush(V.MultiplyAdd(change, toFirst, first));
            V sign = V.IfLess(zero, blend, one, V.IfLess(blend, zero, -one, blend));
            return V.MultiplyAdd(sign, rate, target * keep);
        }
    }
}
