using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>A pointwise function of one number. Parameters (a slope, a bound) are fields of the implementing struct.</summary>
public interface IUnaryOperator
{
    /// <summary>The function, written once for every lane.</summary>
    V Apply<V>(V x) where V : struct, ILane<V>;

    /// <summary>Whether loops take two registers at a time (<see cref="Pair{V}"/>): for functions whose steps wait for one another, and short enough that the compiler inlines all of both.</summary>
    static virtual bool InPairs => false;
}

/// <summary>A pointwise function of two numbers.</summary>
public interface IBinaryOperator
{
    /// <summary>The function, written once for every lane.</summary>
    V Apply<V>(V x, V y) where V : struct, ILane<V>;
}

/// <summary>A comparison of two numbers.</summary>
public interface IComparison
{
    /// <summary>Whether the comparison holds for one pair.</summary>
    bool Holds<T>(T x, T y) where T : unmanaged, System.Numerics.INumber<T>;

    /// <summary>The same for a register of pairs: all bits of an element are set where it holds, none elsewhere.</summary>
    Vector256<T> Holds<T>(Vector256<T> x, Vector256<T> y) where T : unmanaged, System.Numerics.INumber<T>;
}

/// <summary>An associative way to fold a row of numbers into one.</summary>
public interface IReduction
{
    /// <summary>The value of an empty fold, which leaves every other value as it is.</summary>
    V Start<V>() where V : struct, ILane<V>;

    /// <summary>Folds <paramref name="x"/> into <paramref name="sum"/>.</summary>
    V Fold<V>(V sum, V x) where V : struct, ILane<V>;
}
