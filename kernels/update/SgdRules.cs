using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>One step of gradient descent: target -= rate · (scale · gradient + decay · target).</summary>
public readonly struct SgdRule(double scale, double decay, double rate) : IUpdateRule
{
    public static int States => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V target, V source, ref V first, ref V second) where V : struct, ILane<V>
    {
        V gradient = V.MultiplyAdd(target, V.From(decay), source * V.From(scale));
        return V.MultiplyAdd(gradient, V.From(-rate), target);
    }
}

/// <summary>One step of gradient descent with momentum: velocity = momentum · velocity + gradient, target -= rate · velocity.</summary>
public readonly struct MomentumRule(double scale, double decay, double rate, double momentum) : IUpdateRule
{
    public static int States => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V target, V source, ref V first, ref V second) where V : struct, ILane<V>
    {
        V gradient = V.MultiplyAdd(target, V.From(decay), source * V.From(scale));
        first = V.MultiplyAdd(first, V.From(momentum), gradient);
        return V.MultiplyAdd(first, V.From(-rate), target);
    }
}

/// <summary>Momentum that looks ahead, in the form of Sutskever et al. 2013: target -= rate · (gradient + momentum · velocity).</summary>
public readonly struct NesterovRule(double scale, double decay, double rate, double momentum) : IUpdateRule
{
    public static int States => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V target, V source, ref V first, ref V second) where V : struct, ILane<V>
    {
        V gradient = V.MultiplyAdd(target, V.From(decay), source * V.From(scale));
        first = V.MultiplyAdd(first, V.From(momentum), gradient);
        return V.MultiplyAdd(V.MultiplyAdd(first, V.From(momentum), gradient), V.From(-rate), target);
    }
}
