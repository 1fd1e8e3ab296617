using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// How a thread brings four numbers of an operand to shared memory. An operand is lines of numbers along the sum: the rows of a left one, the columns of a right one. In shared memory
/// the numbers of one step of the sum are neighbours.
/// </summary>
public interface IAccess
{
    /// <summary>Whether neighbours along the sum are neighbours in memory.</summary>
    static abstract bool IsAlongInner { get; }

    /// <summary>The first line of what a thread brings, <paramref name="count"/> neighbours of a tile of so many lines and steps.</summary>
    static abstract int Line(int thread, int lines, int steps, int count);

    /// <summary>The first step of what a thread brings.</summary>
    static abstract int Step(int thread, int lines, int steps, int count);

    /// <summary>How far neighbouring four numbers, or single ones, are to count as one: what places are counted in.</summary>
    static abstract int Unit { get; }

    /// <summary>Distance of places that are some steps apart, in units.</summary>
    static abstract int Distance(int steps, int innerStep);

    /// <summary>The four numbers at a place in units; zeros for those that lie beyond so many lines or steps from there.</summary>
    static abstract Float4 Load(ArrayView<float> source, long place, int lineStep, int innerStep, int lines, int steps);

    /// <summary>Puts them to their place in shared memory, where neighbouring steps are <paramref name="width"/> apart.</summary>
    static abstract void Store(ArrayView<float> shared, int place, int width, Float4 numbers);
}

/// <summary>Neighbours along the sum are neighbours in memory: a left operand as it is, a right one transposed. The inner size and the distance of lines are multiples of 4.</summary>
public readonly struct AlongInner : IAccess
{
    public static int Unit => 4;

    public static bool IsAlongInner => true;

    public static int Line(int thread, int lines, int steps, int count) => thread / (steps / count);

    public static int Step(int thread, int lines, int steps, int count) => thread % (steps / count) * count;

    public static int Distance(int steps, int innerStep) => steps / 4;

    public static Float4 Load(ArrayView<float> source, long place, int lineStep, int innerStep, int lines, int steps) =>
        lines > 0 && steps > 0 ? source.Cast<Float4>()[place] : default;

    public static void Store(ArrayView<float> shared, int place, int width, Float4 numbers)
    {
        ArrayView<float> four = shared.SubView(place, (3 * width) + 1);
        four[0] = numbers.X;
        four[width] = numbers.Y;
        four[2 * width] = numbers.Z;
        four[3 * width] = numbers.W;
    }
}

/// <summary>Neighbouring lines are neighbours in memory: a right operand as it is, a left one transposed. The number of lines and the distance of steps are multiples of 4.</summary>
public readonly struct AlongLines : IAccess
{
    public static int Unit => 4;

    public static bool IsAlongInner => false;

    public static int Line(int thread, int lines, int steps, int count) => thread % (lines / count) * count;

    public static int Step(int thread, int lines, int steps, int count) => thread / (lines / count);

    public static int Distance(int steps, int innerStep) => steps * innerStep / 4;

    public static Float4 Load(ArrayView<float> source, long place, int lineStep, int innerStep, int lines, int steps) =>
        lines > 0 && steps > 0 ? source.Cast<Float4>()[place] : default;

    public static void Store(ArrayView<float> shared, int place, int width, Float4 numbers) => shared.Cast<Float4>()[place / 4] = numbers;
}

/// <summary>Any strides and sizes, one number at a time.</summary>
public readonly struct Singles : IAccess
{
    public static int Unit => 1;

    public static bool IsAlongInner => false;

    public static int Line(int thread, int lines, int steps, int count) => AlongLines.Line(thread, lines, steps, count);

    public static int Step(int thread, int lines, int steps, int count) => AlongLines.Step(thread, lines, steps, count);

    public static int Distance(int steps, int innerStep) => steps * innerStep;

    public static Float4 Load(ArrayView<float> source, long place, int lineStep, int innerStep, int lines, int steps) => new()
    {
        X = lines > 0 && steps > 0 ? source[place] : 0,
        Y = lines > 1 && steps > 0 ? source[place + lineStep] : 0,
        Z = lines > 2 && steps > 0 ? source[place + (2L * lineStep)] : 0,
        W = lines > 3 && steps > 0 ? source[place + (3L * lineStep)] : 0,
    };

    public static void Store(ArrayView<float> shared, int place, int width, Float4 numbers) => AlongLines.Store(shared, place, width, numbers);
}
