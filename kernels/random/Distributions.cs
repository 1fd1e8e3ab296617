using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>The words as they are.</summary>
readonly struct BitsDistribution : IDistribution<uint>, IDistribution<ulong>
{
    static int IDistribution<uint>.PerBlock => 4;

    static bool IDistribution<uint>.HasSecondPass => false;

    static int IDistribution<ulong>.PerBlock => 2;

    static bool IDistribution<ulong>.HasSecondPass => false;

    public void Apply<W, F, D>(ref W even, ref W odd)
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
    }
}

/// <summary>Uniform in [0, 1): the highest 24 bits of a word, or 53 of a pair.</summary>
readonly struct UniformDistribution : IDistribution<float>, IDistribution<double>
{
    static int IDistribution<float>.PerBlock => 4;

    static bool IDistribution<float>.HasSecondPass => false;

    static int IDistribution<double>.PerBlock => 2;

    static bool IDistribution<double>.HasSecondPass => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void IDistribution<float>.Apply<W, F, D>(ref W even, ref W odd)
    {
        even = W.Bits(W.ToSingle(W.ShiftRight32(even, 8)) * F.From(UnitInterval.Step24));
        odd = W.Bits(W.ToSingle(W.ShiftRight32(odd, 8)) * F.From(UnitInterval.Step24));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void IDistribution<double>.Apply<W, F, D>(ref W even, ref W odd)
    {
        even = W.Bits(W.ToDouble(W.ShiftRight64(even, 11)) * D.From(UnitInterval.Step53));
        odd = W.Bits(W.ToDouble(W.ShiftRight64(odd, 11)) * D.From(UnitInterval.Step53));
    }
}

/// <summary>Standard normal, in pairs.</summary>
readonly struct NormalDistribution : IDistribution<float>, IDistribution<double>
{
    static int IDistribution<float>.PerBlock => 4;

    static bool IDistribution<float>.HasSecondPass => true;

    static int IDistribution<double>.PerBlock => 2;

    static bool IDistribution<double>.HasSecondPass => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void IDistribution<float>.Apply<W, F, D>(ref W even, ref W odd)
    {
        F radial = F.MultiplyAdd(W.ToSingle(W.ShiftRight32(even, 1)), F.From(UnitInterval.Step31), F.From(UnitInterval.Step32));
        Transforms.BoxMuller(radial, W.ToSingle(odd) * F.From(UnitInterval.Step32), out F z0, out F z1);
        even = W.Bits(z0);
        odd = W.Bits(z1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void IDistribution<double>.Apply<W, F, D>(ref W even, ref W odd)
    {
        D radial = D.MultiplyAdd(W.ToDouble(W.ShiftRight64(even, 11)), D.From(UnitInterval.Step53), D.From(UnitInterval.Step53));
        D turns = D.MultiplyAdd(W.ToDouble(W.ShiftRight64(odd, 11)), D.From(UnitInterval.Step53), D.From(-0.5));
        Transforms.BoxMuller(radial, turns, out D z0, out D z1);
        even = W.Bits(z0);
        odd = W.Bits(z1);
    }
}

/// <summary>Uniform in (0, 1): the middles of 2^23 or 2^52 equal cells.</summary>
readonly struct MiddleDistribution : IDistribution<float>, IDistribution<double>
{
    static int IDistribution<float>.PerBlock => 4;

    static bool IDistribution<float>.HasSecondPass => false;

    static int IDistribution<double>.PerBlock => 2;

    static bool IDistribution<double>.HasSecondPass => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void IDistribution<float>.Apply<W, F, D>(ref W even, ref W odd)
    {
        F step = F.From(UnitInterval.Step23), middle = F.From(UnitInterval.Step24);
        even = W.Bits(F.MultiplyAdd(W.ToSingle(W.ShiftRight32(even, 9)), step, middle));
        odd = W.Bits(F.MultiplyAdd(W.ToSingle(W.ShiftRight32(odd, 9)), step, middle));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void IDistribution<double>.Apply<W, F, D>(ref W even, ref W odd)
    {
        D step = D.From(UnitInterval.Step52), middle = D.From(UnitInterval.Step53);
        even = W.Bits(D.MultiplyAdd(W.ToDouble(W.ShiftRight64(even, 12)), step, middle));
        odd = W.Bits(D.MultiplyAdd(W.ToDouble(W.ShiftRight64(odd, 12)), step, middle));
    }
}

/// <summary>One with the probability bound · 2^-32, else zero.</summary>
readonly struct BernoulliDistribution(uint bound) : IDistribution<byte>
{
    public static int PerBlock => 4;

    public static bool HasSecondPass => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<W, F, D>(ref W even, ref W odd)
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        even = W.Less32(even, bound);
        odd = W.Less32(odd, bound);
    }
}

/// <summary>
/// Integers low + ⌊x · range / 2^b⌋ from b-bit words x: the multiplication of Lemire, "Fast random integer generation in an
/// interval", ACM TOMACS 2019, section 4, without its rejection, so that every element has a place of its own in the draw.
/// </summary>
readonly struct IntegerDistribution(ulong low, ulong range) : IDistribution<int>, IDistribution<long>
{
    static int IDistribution<int>.PerBlock => 4;

    static bool IDistribution<int>.HasSecondPass => false;

    static int IDistribution<long>.PerBlock => 2;

    static bool IDistribution<long>.HasSecondPass => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void IDistribution<int>.Apply<W, F, D>(ref W even, ref W odd)
    {
        W size = W.From(range), shift = W.From((uint)low * 0x1_0000_0001UL);
        even = W.Add32(W.Join(W.High(W.Multiply(even, size)), W.High(W.Multiply(W.High(even), size))), shift);
        odd = W.Add32(W.Join(W.High(W.Multiply(odd, size)), W.High(W.Multiply(W.High(odd), size))), shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void IDistribution<long>.Apply<W, F, D>(ref W even, ref W odd)
    {
        even = Scale<W, F, D>(even) + W.From(low);
        odd = Scale<W, F, D>(odd) + W.From(low);
    }

    /// <summary>The upper 64 bits of x · range, from 32-bit products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    W Scale<W, F, D>(W x)
        where W : unmanaged, IWords<W, F, D>
        where F : struct, IRegister<F, float>
        where D : struct, IRegister<D, double>
    {
        W rangeLow = W.From(range), rangeHigh = W.From(range >> 32), high = W.High(x);
        W middle = W.Multiply(high, rangeLow) + W.High(W.Multiply(x, rangeLow));
        if (range <= uint.MaxValue) return W.High(middle);
        W carry = W.Multiply(x, rangeHigh) + W.Low(middle);
        return W.Multiply(high, rangeHigh) + W.High(middle) + W.High(carry);
    }
}
