using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>The place of the largest of numbers that come one after the other, the first of equal ones. By masks instead of branches, which random numbers make unpredictable.</summary>
/// <typeparam name="T">f32 or f64.</typeparam>
struct FirstLargest<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // A place is bits of the lane.
    Vector128<T> best, place;

    /// <summary>Nothing yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FirstLargest()
    {
        best = Vector128.CreateScalarUnsafe(T.NegativeInfinity);
        place = Vector128.CreateScalarUnsafe((int)Categorical.None).As<int, T>();
    }

    /// <summary>Where it was; <see cref="Categorical.None"/> if nothing was above -∞.</summary>
    public readonly long Place => place.As<T, int>().ToScalar();

    /// <summary>Takes in a number; NaN is never the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(T number, int itsPlace)
    {
        Vector128<T> value = Vector128.CreateScalarUnsafe(number), better = Vector128.LessThan(best, value);
        best = Vector128.ConditionalSelect(better, value, best);
        place = Vector128.ConditionalSelect(better, Vector128.CreateScalarUnsafe(itsPlace).As<int, T>(), place);
    }
}
