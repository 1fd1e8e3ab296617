using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Adjoint.Kernels;

/// <summary>
/// How numbers move between lines and tiles by registers: pieces of 16 bytes of several lines make a register, and within each piece numbers of two registers are interleaved.
/// </summary>
unsafe interface ITileWords<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged
{
    /// <summary>The pieces at one place of the lines first, first + the numbers of a piece, and so on.</summary>
    static abstract V Gather(T** lines, int first, nint at);

    /// <summary>Writes the pieces back to the same lines, but to none from <paramref name="count"/> on.</summary>
    static abstract void Scatter(V x, T** lines, int first, nint at, int count);

    /// <summary>a0 b0 a1 b1 of each piece of f32, a0 b0 of f64.</summary>
    static abstract V ZipLow(V a, V b);

    /// <summary>a2 b2 a3 b3 of each piece of f32, a1 b1 of f64.</summary>
    static abstract V ZipHigh(V a, V b);

    /// <summary>a0 a1 b0 b1 of each piece of f32.</summary>
    static abstract V PairsLow(V a, V b);

    /// <summary>a2 a3 b2 b3 of each piece of f32.</summary>
    static abstract V PairsHigh(V a, V b);

    /// <summary>a0 a2 b0 b2 of each piece of f32, a0 b0 of f64.</summary>
    static abstract V Even(V a, V b);

    /// <summary>a1 a3 b1 b3 of each piece of f32, a1 b1 of f64.</summary>
    static abstract V Odd(V a, V b);
}

/// <summary>Registers of 128 bits.</summary>
readonly unsafe struct TileWords128<T> : ITileWords<Lane128<T>, T> where T : unmanaged
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static Lane128<T> Gather(T** lines, int first, nint at) => new(Vector128.Load(lines[first] + at));

    [MethodImpl(Inline)]
    public static void Scatter(Lane128<T> x, T** lines, int first, nint at, int count)
    {
        if (first < count) x.Value.Store(lines[first] + at);
    }

    [MethodImpl(Inline)]
    public static Lane128<T> ZipLow(Lane128<T> a, Lane128<T> b) => new(ZipLow(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lane128<T> ZipHigh(Lane128<T> a, Lane128<T> b) => new(ZipHigh(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lane128<T> PairsLow(Lane128<T> a, Lane128<T> b) => new(ZipLow(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lane128<T> PairsHigh(Lane128<T> a, Lane128<T> b) => new(ZipHigh(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lane128<T> Even(Lane128<T> a, Lane128<T> b) => typeof(T) == typeof(double) ? ZipLow(a, b)
        : Sse.IsSupported ? new(Sse.Shuffle(a.Value.AsSingle(), b.Value.AsSingle(), 0x88).As<float, T>())
        : new(Four(a.Value, 0, 2, b.Value, 0, 2, false));

    [MethodImpl(Inline)]
    public static Lane128<T> Odd(Lane128<T> a, Lane128<T> b) => typeof(T) == typeof(double) ? ZipHigh(a, b)
        : Sse.IsSupported ? new(Sse.Shuffle(a.Value.AsSingle(), b.Value.AsSingle(), 0xDD).As<float, T>())
        : new(Four(a.Value, 1, 3, b.Value, 1, 3, false));

    [MethodImpl(Inline)]
    static Vector128<U> ZipLow<U>(Vector128<U> a, Vector128<U> b) where U : unmanaged => typeof(U) == typeof(double)
        ? Sse2.IsSupported ? Sse2.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, U>() : Vector128.Create(a.AsDouble()[0], b.AsDouble()[0]).As<double, U>()
        : Sse.IsSupported ? Sse.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, U>() : Four(a, 0, 1, b, 0, 1, true);

    [MethodImpl(Inline)]
    static Vector128<U> ZipHigh<U>(Vector128<U> a, Vector128<U> b) where U : unmanaged => typeof(U) == typeof(double)
        ? Sse2.IsSupported ? Sse2.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, U>() : Vector128.Create(a.AsDouble()[1], b.AsDouble()[1]).As<double, U>()
        : Sse.IsSupported ? Sse.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, U>() : Four(a, 2, 3, b, 2, 3, true);

    // For machines whose instructions are not named above.
    static Vector128<U> Four<U>(Vector128<U> a, int first, int second, Vector128<U> b, int third, int fourth, bool alternates) where U : unmanaged
    {
        Vector128<float> x = a.AsSingle(), y = b.AsSingle();
        return (alternates ? Vector128.Create(x[first], y[third], x[second], y[fourth]) : Vector128.Create(x[first], x[second], y[third], y[fourth])).As<float, U>();
    }
}

/// <summary>Registers of 256 bits.</summary>
readonly unsafe struct TileWords256<T> : ITileWords<Lane256<T>, T> where T : unmanaged
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    static int Piece => Vector128<T>.Count;

    [MethodImpl(Inline)]
    public static Lane256<T> Gather(T** lines, int first, nint at) => new(Vector256.Create(Vector128.Load(lines[first] + at), Vector128.Load(lines[first + Piece] + at)));

    [MethodImpl(Inline)]
    public static void Scatter(Lane256<T> x, T** lines, int first, nint at, int count)
    {
        if (first < count) x.Value.GetLower().Store(lines[first] + at);
        if (first + Piece < count) x.Value.GetUpper().Store(lines[first + Piece] + at);
    }

    [MethodImpl(Inline)]
    public static Lane256<T> ZipLow(Lane256<T> a, Lane256<T> b) => typeof(T) == typeof(double)
        ? new(Avx.UnpackLow(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>())
        : new(Avx.UnpackLow(a.Value.AsSingle(), b.Value.AsSingle()).As<float, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> ZipHigh(Lane256<T> a, Lane256<T> b) => typeof(T) == typeof(double)
        ? new(Avx.UnpackHigh(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>())
        : new(Avx.UnpackHigh(a.Value.AsSingle(), b.Value.AsSingle()).As<float, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> PairsLow(Lane256<T> a, Lane256<T> b) => new(Avx.UnpackLow(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> PairsHigh(Lane256<T> a, Lane256<T> b) => new(Avx.UnpackHigh(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> Even(Lane256<T> a, Lane256<T> b) =>
        typeof(T) == typeof(double) ? ZipLow(a, b) : new(Avx.Shuffle(a.Value.AsSingle(), b.Value.AsSingle(), 0x88).As<float, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> Odd(Lane256<T> a, Lane256<T> b) =>
        typeof(T) == typeof(double) ? ZipHigh(a, b) : new(Avx.Shuffle(a.Value.AsSingle(), b.Value.AsSingle(), 0xDD).As<float, T>());
}

/// <summary>Registers of 512 bits.</summary>
readonly unsafe struct TileWords512<T> : ITileWords<Lane512<T>, T> where T : unmanaged
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    static int Piece => Vector128<T>.Count;

    [MethodImpl(Inline)]
    public static Lane512<T> Gather(T** lines, int first, nint at) => new(Vector512.Create(
        Vector256.Create(Vector128.Load(lines[first] + at), Vector128.Load(lines[first + Piece] + at)),
        Vector256.Create(Vector128.Load(lines[first + (2 * Piece)] + at), Vector128.Load(lines[first + (3 * Piece)] + at))));

    [MethodImpl(Inline)]
    public static void Scatter(Lane512<T> x, T** lines, int first, nint at, int count)
    {
        Vector256<T> low = x.Value.GetLower(), high = x.Value.GetUpper();
        if (first < count) low.GetLower().Store(lines[first] + at);
        if (first + Piece < count) low.GetUpper().Store(lines[first + Piece] + at);
        if (first + (2 * Piece) < count) high.GetLower().Store(lines[first + (2 * Piece)] + at);
        if (first + (3 * Piece) < count) high.GetUpper().Store(lines[first + (3 * Piece)] + at);
    }

    [MethodImpl(Inline)]
    public static Lane512<T> ZipLow(Lane512<T> a, Lane512<T> b) => typeof(T) == typeof(double)
        ? new(Avx512F.UnpackLow(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>())
        : new(Avx512F.UnpackLow(a.Value.AsSingle(), b.Value.AsSingle()).As<float, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> ZipHigh(Lane512<T> a, Lane512<T> b) => typeof(T) == typeof(double)
        ? new(Avx512F.UnpackHigh(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>())
        : new(Avx512F.UnpackHigh(a.Value.AsSingle(), b.Value.AsSingle()).As<float, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> PairsLow(Lane512<T> a, Lane512<T> b) => new(Avx512F.UnpackLow(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> PairsHigh(Lane512<T> a, Lane512<T> b) => new(Avx512F.UnpackHigh(a.Value.AsDouble(), b.Value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> Even(Lane512<T> a, Lane512<T> b) =>
        typeof(T) == typeof(double) ? ZipLow(a, b) : new(Avx512F.Shuffle(a.Value.AsSingle(), b.Value.AsSingle(), 0x88).As<float, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> Odd(Lane512<T> a, Lane512<T> b) =>
        typeof(T) == typeof(double) ? ZipHigh(a, b) : new(Avx512F.Shuffle(a.Value.AsSingle(), b.Value.AsSingle(), 0xDD).As<float, T>());
}
