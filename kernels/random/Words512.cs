using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>Eight Philox blocks in 512 bits.</summary>
readonly struct Words512(Vector512<ulong> value) : IWords<Words512, Lane512<float>, Lane512<double>>
{
    readonly Vector512<ulong> value = value;

    public static int Blocks { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector512<ulong>.Count; }

    static Vector512<ulong> LowerHalf { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Vector512.Create(0xFFFF_FFFFUL); }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 From(ulong value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Counters(ulong first) => new(Vector512.Create(first) + Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 operator +(Words512 left, Words512 right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Xor(Words512 a, Words512 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Xor(Words512 a, Words512 b, Words512 c) => Avx512F.IsSupported
        ? new(Avx512F.TernaryLogic(a.value, b.value, c.value, 0x96))
        : new(a.value ^ b.value ^ c.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Multiply(Words512 a, Words512 b) => Avx512F.IsSupported
        ? new(Avx512F.Multiply(a.value.AsUInt32(), b.value.AsUInt32()))
        : new((a.value & LowerHalf) * (b.value & LowerHalf));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Low(Words512 x) => new(x.value & LowerHalf);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 High(Words512 x) => new(x.value >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Join(Words512 low, Words512 high) => new(Vector512.ConditionalSelect(LowerHalf, low.value, high.value << 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Zip32(ref Words512 first, ref Words512 second)
    {
        var (a, b) = (first.value.AsUInt32(), second.value.AsUInt32());
        (first, second) = (new(ZipLow(a, b).AsUInt64()), new(ZipHigh(a, b).AsUInt64()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Zip64(ref Words512 first, ref Words512 second)
    {
        var (a, b) = (first.value, second.value);
        (first, second) = (new(ZipLow(a, b)), new(ZipHigh(a, b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 ShiftRight32(Words512 x, int bits) => new((x.value.AsUInt32() >>> bits).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 ShiftRight64(Words512 x, int bits) => new(x.value >>> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Add32(Words512 a, Words512 b) => new((a.value.AsUInt32() + b.value.AsUInt32()).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Less32(Words512 x, uint bound) =>
        new((Vector512.LessThan(x.value.AsUInt32(), Vector512.Create(bound)) & Vector512.Create(1u)).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<float> ToSingle(Words512 x) => new(Vector512.ConvertToSingle(x.value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<double> ToDouble(Words512 x) => new(Vector512.ConvertToDouble(x.value.AsInt64()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Bits(Lane512<float> x) => new(Unsafe.BitCast<Lane512<float>, Vector512<ulong>>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Bits(Lane512<double> x) => new(Unsafe.BitCast<Lane512<double>, Vector512<ulong>>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Words512 first, Words512 second, ref byte target)
    {
        first.value.AsByte().StoreUnsafe(ref target);
        second.value.AsByte().StoreUnsafe(ref target, (nuint)Vector512<byte>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLowBytes(Words512 first, Words512 second, ref byte target)
    {
        var halves = Vector512.Narrow(first.value.AsUInt32(), second.value.AsUInt32());
        Vector256.Narrow(halves.GetLower(), halves.GetUpper()).StoreUnsafe(ref target);
    }

    // As the processor's unpack instructions do, within each 128 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> ZipLow<T>(Vector512<T> a, Vector512<T> b) => !Avx512F.IsSupported
        ? Vector512.Create(Words256.ZipLow(a.GetLower(), b.GetLower()), Words256.ZipLow(a.GetUpper(), b.GetUpper()))
        : typeof(T) == typeof(uint)
            ? Avx512F.UnpackLow(a.AsUInt32(), b.AsUInt32()).As<uint, T>()
            : Avx512F.UnpackLow(a.AsUInt64(), b.AsUInt64()).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> ZipHigh<T>(Vector512<T> a, Vector512<T> b) => !Avx512F.IsSupported
        ? Vector512.Create(Words256.ZipHigh(a.GetLower(), b.GetLower()), Words256.ZipHigh(a.GetUpper(), b.GetUpper()))
        : typeof(T) == typeof(uint)
            ? Avx512F.UnpackHigh(a.AsUInt32(), b.AsUInt32()).As<uint, T>()
            : Avx512F.UnpackHigh(a.AsUInt64(), b.AsUInt64()).As<ulong, T>();
}
