namespace Adjoint.Kernels.Gpu;

/// <summary>The lane in which operators see an element.</summary>
public interface IElementLane<T, V>
    where T : unmanaged
    where V : struct, ILane<V>
{
    static abstract V Lane(T x);

    static abstract T Element(V x);
}

/// <summary>Every element that operators take, with its lane.</summary>
public readonly struct ElementLanes : IElementLane<float, Scalar32>, IElementLane<double, Scalar64>, IElementLane<int, Integer32>, IElementLane<long, Integer64>
{
    static Scalar32 IElementLane<float, Scalar32>.Lane(float x) => new(x);

    static float IElementLane<float, Scalar32>.Element(Scalar32 x) => x.Value;

    static Scalar64 IElementLane<double, Scalar64>.Lane(double x) => new(x);

    static double IElementLane<double, Scalar64>.Element(Scalar64 x) => x.Value;

    static Integer32 IElementLane<int, Integer32>.Lane(int x) => new(x);

    static int IElementLane<int, Integer32>.Element(Integer32 x) => x.Value;

    static Integer64 IElementLane<long, Integer64>.Lane(long x) => new(x);

    static long IElementLane<long, Integer64>.Element(Integer64 x) => x.Value;

    /// <summary>The lane of an element type; null for a byte, which no operator takes.</summary>
    internal static Type? Of(Type element) =>
        element == typeof(float) ? typeof(Scalar32)
        : element == typeof(double) ? typeof(Scalar64)
        : element == typeof(int) ? typeof(Integer32)
        : element == typeof(long) ? typeof(Integer64)
        : null;
}
