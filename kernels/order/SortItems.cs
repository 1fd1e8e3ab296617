using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>A key with the place that its number came from, as sorting moves them.</summary>
interface ISortItem<TSelf, T>
    where TSelf : unmanaged, ISortItem<TSelf, T>
    where T : unmanaged
{
    /// <summary>Bytes of a key.</summary>
    static abstract int Digits { get; }

    static abstract TSelf Make(T value, int place, bool descending);

    /// <summary>Byte number <paramref name="digit"/> of the key, from the lowest on.</summary>
    static abstract int Digit(TSelf item, int digit);

    /// <summary>Whether a's key is smaller, or equal and its place lower.</summary>
    static abstract bool IsBefore(TSelf a, TSelf b);

    static abstract int Place(TSelf item);
}

/// <summary>Key and place of a number of 32 bits in one word.</summary>
readonly struct Item32<T>(ulong word) : ISortItem<Item32<T>, T> where T : unmanaged
{
    readonly ulong word = word;

    public static int Digits => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Item32<T> Make(T value, int place, bool descending) =>
        new(((ulong)OrderKey.Of(Unsafe.BitCast<T, int>(value), typeof(T) == typeof(float), descending) << 32) | (uint)place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Digit(Item32<T> item, int digit) => (int)(item.word >> (32 + (8 * digit))) & 0xFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBefore(Item32<T> a, Item32<T> b) => a.word < b.word;

    public static int Place(Item32<T> item) => (int)item.word;
}

/// <summary>Key and place of a number of 64 bits.</summary>
readonly struct Item64<T>(ulong key, long place) : ISortItem<Item64<T>, T> where T : unmanaged
{
    readonly ulong key = key;
    readonly long place = place;

    public static int Digits => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Item64<T> Make(T value, int place, bool descending) =>
        new(OrderKey.Of(Unsafe.BitCast<T, long>(value), typeof(T) == typeof(double), descending), place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Digit(Item64<T> item, int digit) => (int)(item.key >> (8 * digit)) & 0xFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBefore(Item64<T> a, Item64<T> b) => a.key < b.key || (a.key == b.key && a.place < b.place);

    public static int Place(Item64<T> item) => (int)item.place;
}
