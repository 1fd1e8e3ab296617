using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// One step of Adam (Kingma, Ba 2015, algorithm 1) with the corrections of its biases folded into two factors: first = mean of the gradient, second =
/// mean of its square, target -= rate · first / (√second · inverseRoot + epsilon).
/// </summary>
/// <param name="scale">Factor on the gradient, from clipping.</param>
/// <param name="coupledDecay">Added to the gradient times the parameter (L2 penalty).</param>
/// <param name="keep">Factor on the parameter before the step: 1 - learning rate · decoupled decay (Loshchilov, Hutter 2019).</param>
/// <param name="beta1">Decay of the mean.</param>
/// <param name="beta2">Decay of the mean square.</param>
/// <param name="rate">Learning rate / (1 - beta1^t).</param>
/// <param name="inverseRoot">1 / √(1 - beta2^t).</param>
/// <param name="epsilon">Added to the root.</param>
public readonly struct AdamRule(
    double scale, double coupledDecay, double keep, double beta1, double beta2, double rate, double inverseRoot, double epsilon) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        if (coupledDecay == 0 && keep == 1)
            UpdateLoop.Run<Plain<V>, T, V>(new Plain<V>(scale, 1 - beta1, beta2, 1 - beta2, -rate, inverseRoot, epsilon), in buffers, start, end);
        else
        {
            var lanes = new Decayed<V>(new Plain<V>(scale, 1 - beta1, beta2, 1 - beta2, -rate, inverseRoot, epsilon), coupledDecay, keep);
            UpdateLoop.Run<Decayed<V>, T, V>(in lanes, in buffers, start, end);
        }
    }

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Plain<V>(double scale, double toFirst, double beta2, double toSecond, double rate, double inverseRoot, double epsilon) : IUpdateLanes<V>
        where V : struct, ILane<V>
    {
        readonly V scale = V.From(scale), toFirst = V.From(toFirst), beta2 = V.From(beta2), toSecond = V.From(toSecond);
        readonly V rate = V.From(rate), inverseRoot = V.From(inverseRoot), epsilon = V.From(epsilon);

        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second) => Step(source * scale, target, ref first, ref second);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Step(V gradient, V start, ref V first, ref V second)
        {
            first = Subnormal.Flush(V.MultiplyAdd(gradient - first, toFirst, first));
            second = Subnormal.Flush(V.MultiplyAdd(gradient * gradient, toSecond, second * beta2));
            V divisor = V.MultiplyAdd(V.Sqrt(second), inverseRoot, epsilon);
            return V.MultiplyAdd(first / divisor, rate, start);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Scale(V source) => source * scale;
    }

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Decayed<V>(Plain<V> plain, double coupledDecay, double keep) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly Plain<V> plain = plain;
        readonly V coupledDecay = V.From(coupledDecay), keep = V.From(keep);

        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second) =>
            plain.Step(V.MultiplyAdd(target, coupledDecay, plain.Scale(source)), target * keep, ref first, ref second);
    }
}
