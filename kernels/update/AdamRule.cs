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
    public static int States => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V target, V source, ref V first, ref V second) where V : struct, ILane<V>
    {
        V gradient = V.MultiplyAdd(target, V.From(coupledDecay), source * V.From(scale));
        first = V.MultiplyAdd(gradient - first, V.From(1 - beta1), first);
        second = V.MultiplyAdd(gradient * gradient, V.From(1 - beta2), second * V.From(beta2));
        V divisor = V.MultiplyAdd(V.Sqrt(second), V.From(inverseRoot), V.From(epsilon));
        return V.MultiplyAdd(first / divisor, V.From(-rate), target * V.From(keep));
    }
}
