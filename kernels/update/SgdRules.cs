using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>One step of gradient descent: target -= rate · (scale · gradient + decay · target).</summary>
public readonly struct SgdRule(double scale, double decay, double rate) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T> =>
        UpdateLoop.Run<Lanes<V>, T, V>(new Lanes<V>(scale, decay, -rate), in buffers, start, end);

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Lanes<V>(double scale, double decay, double rate) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V scale = V.From(scale), decay = V.From(decay), rate = V.From(rate);

        public static int States => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second) =>
            V.MultiplyAdd(V.MultiplyAdd(target, decay, source * scale), rate, target);
    }
}

/// <summary>One step of gradient descent with momentum: velocity = momentum · velocity + gradient, target -= rate · velocity.</summary>
public readonly struct MomentumRule(double scale, double decay, double rate, double momentum) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T> =>
        UpdateLoop.Run<Lanes<V>, T, V>(new Lanes<V>(scale, decay, -rate, momentum), in buffers, start, end);

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Lanes<V>(double scale, double decay, double rate, double momentum) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V scale = V.From(scale), decay = V.From(decay), rate = V.From(rate), momentum = V.From(momentum);

        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second)
        {
            V gradient = V.MultiplyAdd(target, decay, source * scale);
            first = Subnormal.Flush(V.MultiplyAdd(first, momentum, gradient));
            return V.MultiplyAdd(first, rate, target);
        }
    }
}

/// <summary>Momentum that looks ahead, in the form of Sutskever et al. 2013: target -= rate · (gradient + momentum · velocity).</summary>
public readonly struct NesterovRule(double scale, double decay, double rate, double momentum) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T> =>
        UpdateLoop.Run<Lanes<V>, T, V>(new Lanes<V>(scale, decay, -rate, momentum), in buffers, start, end);

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Lanes<V>(double scale, double decay, double rate, double momentum) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V scale = V.From(scale), decay = V.From(decay), rate = V.From(rate), momentum = V.From(momentum);

        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second)
        {
            V gradient = V.MultiplyAdd(target, decay, source * scale);
            first = Subnormal.Flush(V.MultiplyAdd(first, momentum, gradient));
            return V.MultiplyAdd(V.MultiplyAdd(first, momentum, gradient), rate, target);
        }
    }
}
