using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>Four Philox blocks in 256 bits.</summary>
readonly struct Words256(Vector256<ulong> value) : IWords<Words256, Lane256<float>, Lane256<double>>
{
    readonly Vector256<ulong> value = value;

    public static int Blocks { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector256<ulong>.Count; }

    static Vector256<ulong> LowerHalf { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector256.Create(0xFFFF_FFFFUL); }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 From(ulong value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Counters(ulong first) => new(Vector256.Create(first) + Vector256.Create(0UL, 2, 1, 3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 operator +(Words256 left, Words256 right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Xor(Words256 a, Words256 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Xor(Words256 a, Words256 b, Words256 c) => Avx512F.VL.IsSupported
        ? new(Avx512F.VL.TernaryLogic(a.value, b.value, c.value, 0x96))
        : new(a.value ^ b.value ^ c.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Multiply(Words256 a, Words256 b) => Avx2.IsSupported
        ? new(Avx2.Multiply(a.value.AsUInt32(), b.value.AsUInt32()))
        : new((a.value & LowerHalf) * (b.value & LowerHalf));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Low(Words256 x) => new(x.value & LowerHalf);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 High(Words256 x) => new(x.value >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Join(Words256 low, Words256 high) => Avx2.IsSupported
        ? new(Avx2.Blend(low.value.AsUInt32(), (high.value << 32).AsUInt32(), 0b10101010).AsUInt64())
        : new(Vector256.ConditionalSelect(LowerHalf, low.value, high.value << 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Zip32(ref Words256 first, ref Words256 second)
    {
        var (a, b) = (first.value.AsUInt32(), second.value.AsUInt32());
        (first, second) = (new(ZipLow(a, b).AsUInt64()), new(ZipHigh(a, b).AsUInt64()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Zip64(ref Words256 first, ref Words256 second)
    {
        var (a, b) = (first.value, second.value);
        (first, second) = (new(ZipLow(a, b)), new(ZipHigh(a, b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 ShiftRight32(Words256 x, int bits) => new((x.value.AsUInt32() >>> bits).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 ShiftRight64(Words256 x, int bits) => new(x.value >>> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Add32(Words256 a, Words256 b) => new((a.value.AsUInt32() + b.value.AsUInt32()).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Less32(Words256 x, uint bound) =>
        new((Vector256.LessThan(x.value.AsUInt32(), Vector256.Create(bound)) & Vector256.Create(1u)).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<float> ToSingle(Words256 x) => new(Vector256.ConvertToSingle(x.value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<double> ToDouble(Words256 x) => new(Vector256.ConvertToDouble(x.value.AsInt64()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Bits(Lane256<float> x) => new(Unsafe.BitCast<Lane256<float>, Vector256<ulong>>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Bits(Lane256<double> x) => new(Unsafe.BitCast<Lane256<double>, Vector256<ulong>>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Words256 first, Words256 second, ref byte target)
    {
        first.value.AsByte().StoreUnsafe(ref target);
        second.value.AsByte().StoreUnsafe(ref target, (nuint)Vector256<byte>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLowBytes(Words256 first, Words256 second, ref byte target)
    {
        var halves = Vector256.Narrow(first.value.AsUInt32(), second.value.AsUInt32());
        Vector128.Narrow(halves.GetLower(), halves.GetUpper()).StoreUnsafe(ref target);
    }

    // As the processor's unpack instructions do, within each 128 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<T> ZipLow<T>(Vector256<T> a, Vector256<T> b) => !Avx2.IsSupported
        ? Vector256.Create(Words128.ZipLow(a.GetLower(), b.GetLower()), Words128.ZipLow(a.GetUpper(), b.GetUpper()))
        : typeof(T) == typeof(uint)
            ? Avx2.UnpackLow(a.AsUInt32(), b.AsUInt32()).As<uint, T>()
            : Avx2.UnpackLow(a.AsUInt64(), b.AsUInt64()).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<T> ZipHigh<T>(Vector256<T> a, Vector256<T> b) => !Avx2.IsSupported
        ? Vector256.Create(Words128.ZipHigh(a.GetLower(), b.GetLower()), Words128.ZipHigh(a.GetUpper(), b.GetUpper()))
        : typeof(T) == typeof(uint)
            ? Avx2.UnpackHigh(a.AsUInt32(), b.AsUInt32()).As<uint, T>()
            : Avx2.UnpackHigh(a.AsUInt64(), b.AsUInt64()).As<ulong, T>();
}
