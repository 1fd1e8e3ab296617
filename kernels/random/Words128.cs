using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>Two Philox blocks in 128 bits.</summary>
readonly struct Words128(Vector128<ulong> value) : IWords<Words128, Lane128<float>, Lane128<double>>
{
    readonly Vector128<ulong> value = value;

    public static int Blocks { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector128<ulong>.Count; }

    static Vector128<ulong> LowerHalf { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector128.Create(0xFFFF_FFFFUL); }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 From(ulong value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Counters(ulong first) => new(Vector128.Create(first) + Vector128.Create(0UL, 1UL));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 operator +(Words128 left, Words128 right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Xor(Words128 a, Words128 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Xor(Words128 a, Words128 b, Words128 c) => Avx512F.VL.IsSupported
        ? new(Avx512F.VL.TernaryLogic(a.value, b.value, c.value, 0x96))
        : new(a.value ^ b.value ^ c.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Multiply(Words128 a, Words128 b)
    {
        if (Sse2.IsSupported) return new(Sse2.Multiply(a.value.AsUInt32(), b.value.AsUInt32()));
        return AdvSimd.IsSupported
            ? new(AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(a.value), AdvSimd.ExtractNarrowingLower(b.value)))
            : new((a.value & LowerHalf) * (b.value & LowerHalf));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Low(Words128 x) => new(x.value & LowerHalf);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 High(Words128 x) => new(x.value >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Join(Words128 low, Words128 high) => Avx2.IsSupported
        ? new(Avx2.Blend(low.value.AsUInt32(), (high.value << 32).AsUInt32(), 0b1010).AsUInt64())
        : new(Vector128.ConditionalSelect(LowerHalf, low.value, high.value << 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Zip32(ref Words128 first, ref Words128 second)
    {
        var (a, b) = (first.value.AsUInt32(), second.value.AsUInt32());
        (first, second) = (new(ZipLow(a, b).AsUInt64()), new(ZipHigh(a, b).AsUInt64()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Zip64(ref Words128 first, ref Words128 second)
    {
        var (a, b) = (first.value, second.value);
        (first, second) = (new(ZipLow(a, b)), new(ZipHigh(a, b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 ShiftRight32(Words128 x, int bits) => new((x.value.AsUInt32() >>> bits).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 ShiftRight64(Words128 x, int bits) => new(x.value >>> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Add32(Words128 a, Words128 b) => new((a.value.AsUInt32() + b.value.AsUInt32()).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Less32(Words128 x, uint bound) =>
        new((Vector128.LessThan(x.value.AsUInt32(), Vector128.Create(bound)) & Vector128.Create(1u)).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<float> ToSingle(Words128 x) => new(Vector128.ConvertToSingle(x.value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<double> ToDouble(Words128 x) => new(Vector128.ConvertToDouble(x.value.AsInt64()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Bits(Lane128<float> x) => new(Unsafe.BitCast<Lane128<float>, Vector128<ulong>>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words128 Bits(Lane128<double> x) => new(Unsafe.BitCast<Lane128<double>, Vector128<ulong>>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Words128 first, Words128 second, ref byte target)
    {
        first.value.AsByte().StoreUnsafe(ref target);
        second.value.AsByte().StoreUnsafe(ref target, (nuint)Vector128<byte>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLowBytes(Words128 first, Words128 second, ref byte target)
    {
        var halves = Vector128.Narrow(first.value.AsUInt32(), second.value.AsUInt32());
        Unsafe.WriteUnaligned(ref target, Vector128.Narrow(halves, halves).AsUInt64().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<T> ZipLow<T>(Vector128<T> a, Vector128<T> b)
    {
        if (typeof(T) != typeof(uint)) return Vector128.Create(a.AsUInt64().GetElement(0), b.AsUInt64().GetElement(0)).As<ulong, T>();
        if (Sse2.IsSupported) return Sse2.UnpackLow(a.AsUInt32(), b.AsUInt32()).As<uint, T>();
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipLow(a.AsUInt32(), b.AsUInt32()).As<uint, T>();
        var (x, y) = (a.AsUInt32(), b.AsUInt32());
        return Vector128.Create(x.GetElement(0), y.GetElement(0), x.GetElement(1), y.GetElement(1)).As<uint, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<T> ZipHigh<T>(Vector128<T> a, Vector128<T> b)
    {
        if (typeof(T) != typeof(uint)) return Vector128.Create(a.AsUInt64().GetElement(1), b.AsUInt64().GetElement(1)).As<ulong, T>();
        if (Sse2.IsSupported) return Sse2.UnpackHigh(a.AsUInt32(), b.AsUInt32()).As<uint, T>();
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipHigh(a.AsUInt32(), b.AsUInt32()).As<uint, T>();
        var (x, y) = (a.AsUInt32(), b.AsUInt32());
        return Vector128.Create(x.GetElement(2), y.GetElement(2), x.GetElement(3), y.GetElement(3)).As<uint, T>();
    }
}
