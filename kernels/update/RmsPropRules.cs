using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>The divisors of RMSprop (Tieleman, Hinton 2012; centred: Graves 2013, equations 38 to 45).</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
readonly struct RmsDivisor<V>(double alpha, double epsilon) where V : struct, ILane<V>
{
    readonly V alpha = V.From(alpha), rest = V.From(1 - alpha), epsilon = V.From(epsilon);

    /// <summary>√square + epsilon, when square, the mean of squares, has moved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Plain(V gradient, ref V square)
    {
        square = Subnormal.Flush(V.MultiplyAdd(gradient * gradient, rest, square * alpha));
        return V.Sqrt(square) + epsilon;
    }

    /// <summary>√(square - mean²) + epsilon, when both means have moved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Centred(V gradient, ref V square, ref V mean)
    {
        square = Subnormal.Flush(V.MultiplyAdd(gradient * gradient, rest, square * alpha));
        mean = Subnormal.Flush(V.MultiplyAdd(gradient - mean, rest, mean));
        return V.Sqrt(V.MultiplyAdd(-mean, mean, square)) + epsilon;
    }
}

/// <summary>One step of RMSprop: first = mean of squares, target -= rate · gradient / (√first + epsilon).</summary>
public readonly struct RmsPropRule(double scale, double decay, double rate, double alpha, double epsilon) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T> =>
        UpdateLoop.Run<Lanes<V>, T, V>(new Lanes<V>(scale, decay, -rate, alpha, epsilon), in buffers, start, end);

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Lanes<V>(double scale, double decay, double rate, double alpha, double epsilon) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V scale = V.From(scale), decay = V.From(decay), rate = V.From(rate);
        readonly RmsDivisor<V> divisor = new(alpha, epsilon);

        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second)
        {
            V gradient = V.MultiplyAdd(target, decay, source * scale);
            return V.MultiplyAdd(gradient / divisor.Plain(gradient, ref first), rate, target);
        }
    }
}

/// <summary>RMSprop whose steps gather momentum: second = momentum · second + gradient / divisor, target -= rate · second.</summary>
public readonly struct RmsPropMomentumRule(double scale, double decay, double rate, double alpha, double epsilon, double momentum) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T> =>
        UpdateLoop.Run<Lanes<V>, T, V>(new Lanes<V>(scale, decay, -rate, alpha, epsilon, momentum), in buffers, start, end);

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Lanes<V>(double scale, double decay, double rate, double alpha, double epsilon, double momentum) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V scale = V.From(scale), decay = V.From(decay), rate = V.From(rate), momentum = V.From(momentum);
        readonly RmsDivisor<V> divisor = new(alpha, epsilon);

        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second)
        {
            V gradient = V.MultiplyAdd(target, decay, source * scale);
            second = Subnormal.Flush(V.MultiplyAdd(second, momentum, gradient / divisor.Plain(gradient, ref first)));
            return V.MultiplyAdd(second, rate, target);
        }
    }
}

/// <summary>Centred RMSprop: first = mean of squares, second = mean of the gradient, target -= rate · gradient / (√(first - second²) + epsilon).</summary>
public readonly struct RmsPropCentredRule(double scale, double decay, double rate, double alpha, double epsilon) : IUpdateRule
{
    public void Run<T, V>(in UpdateBuffers<T> buffers, int start, int end)
        where T : unmanaged
        where V : struct, IRegister<V, T> =>
        UpdateLoop.Run<Lanes<V>, T, V>(new Lanes<V>(scale, decay, -rate, alpha, epsilon), in buffers, start, end);

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly struct Lanes<V>(double scale, double decay, double rate, double alpha, double epsilon) : IUpdateLanes<V> where V : struct, ILane<V>
    {
        readonly V scale = V.From(scale), decay = V.From(decay), rate = V.From(rate);
        readonly RmsDivisor<V> divisor = new(alpha, epsilon);

        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply(V target, V source, ref V first, ref V second)
        {
            V gradient = V.MultiplyAdd(target, decay, source * scale);
            return V.MultiplyAdd(gradient / divisor.Centred(gradient, ref first, ref second), rate, target);
        }
    }
}
