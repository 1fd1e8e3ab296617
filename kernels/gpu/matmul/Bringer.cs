using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What a thread brings of an operand from memory to shared memory in rung 4: four numbers of each step.</summary>
struct Bringer<TAccess> where TAccess : struct, IAccess
{
    long start;
    int place, step, lines;

    /// <summary>For the left operand, whose lines are the tile's rows.</summary>
    public static Bringer<TAccess> OfLeft(int thread, int tileRows, int tileSteps, MatrixProduct product, Share share) =>
        Of(thread, tileRows, tileSteps, share.Row, product.Rows, share.Left, share.First, product.LeftRowStep, product.LeftInnerStep);

    /// <summary>For the right operand, whose lines are the tile's columns.</summary>
    public static Bringer<TAccess> OfRight(int thread, int tileColumns, int tileSteps, MatrixProduct product, Share share) =>
        Of(thread, tileColumns, tileSteps, share.Column, product.Columns, share.Right, share.First, product.RightColumnStep, product.RightInnerStep);

    static Bringer<TAccess> Of(int thread, int tileLines, int tileSteps, int tileFirst, int lines, long start, int first, int lineStep, int innerStep)
    {
        int line = TAccess.Line(thread, tileLines, tileSteps, 4), step = TAccess.Step(thread, tileLines, tileSteps, 4);
        return new()
        {
            start = (start + ((long)(tileFirst + line) * lineStep) + ((long)(first + step) * innerStep)) / TAccess.Unit,
            place = (step * (tileLines + Fours.Padding)) + line,
            step = step,
            lines = lines - tileFirst - line,
        };
    }

    /// <summary>Goes on by so many steps along the sum.</summary>
    public void Advance(int steps, int innerStep) => start += TAccess.Distance(steps, innerStep);

    /// <summary>The numbers; zeros beyond the operand's lines and so many steps that are left.</summary>
    public readonly Float4 Load(ArrayView<float> source, int lineStep, int innerStep, int rest) => TAccess.Load(source, start, lineStep, innerStep, lines, rest - step);

    /// <summary>Puts them into the tile that starts at a place of shared memory and whose steps are so far apart.</summary>
    public readonly void Store(ArrayView<float> shared, int first, int width, Float4 numbers) => TAccess.Store(shared, first + place, width, numbers);
}
