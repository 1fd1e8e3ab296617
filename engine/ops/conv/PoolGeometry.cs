using Adjoint.Kernels;

namespace Adjoint;

/// <summary>A window that moves over the last two axes.</summary>
/// <param name="WindowRows">Height of the window.</param>
/// <param name="WindowColumns">Width of the window.</param>
/// <param name="Rows">How it moves along the height.</param>
/// <param name="Columns">How it moves along the width.</param>
public sealed record PoolGeometry(int WindowRows, int WindowColumns, WindowStep Rows, WindowStep Columns)
{
    /// <summary>The same along both axes, or along the last alone; a stride of 0 is the size of the window.</summary>
    public static PoolGeometry Create(int window, int stride = 0, int padding = 0, int dilation = 1, bool is1D = false)
    {
        WindowStep step = new(stride == 0 ? window : stride, padding, padding, dilation);
        return is1D ? new PoolGeometry(1, window, WindowStep.Unit, step) : new PoolGeometry(window, window, step, step);
    }

    /// <summary>The shape of the results for images of a shape.</summary>
    internal Shape Result(string op, Shape image)
    {
        if (WindowRows < 1 || WindowColumns < 1) throw new SettingException($"{op}: a window of {WindowRows} x {WindowColumns} is empty. Make it larger.");
        Check(op, Rows, WindowRows);
        Check(op, Columns, WindowColumns);
        int rows = Rows.Count(image[2], WindowRows), columns = Columns.Count(image[3], WindowColumns);
        if (rows < 1 || columns < 1)
            throw new ShapeException($"{op}: the window of {WindowRows} x {WindowColumns} with its dilation is larger than the padded image {image}. Pad more, or use a smaller window.");
        if (!SeesAll(Rows, image[2], WindowRows) || !SeesAll(Columns, image[3], WindowColumns))
            throw new ShapeException($"{op}: a dilated window of {WindowRows} x {WindowColumns} on {image} has positions at which it sees padding only. Pad less.");
        return [image[0], image[1], rows, columns];
    }

    internal PoolShape Shape(Shape image, Shape result) => PoolShape.Of(
        image[0] * image[1], Rows.Axis(image[2], result[2], WindowRows), Columns.Axis(image[3], result[3], WindowColumns));

    static void Check(string op, WindowStep step, int window)
    {
        step.Check(op);
        if (step.Before > window / 2 || step.After > window / 2)
            throw new SettingException($"{op}: padding {step.Before} and {step.After} are more than half of the window of {window}. Pad the input, or pad less.");
    }

    // Only gaps between taps can be as wide as the image.
    static bool SeesAll(WindowStep step, int size, int window)
    {
        if (step.Dilation == 1) return true;
        for (int position = 0; position < step.Count(size, window); position++)
        {
            int start = (position * step.Stride) - step.Before, first = start >= 0 ? 0 : (step.Dilation - 1 - start) / step.Dilation;
            if (first >= window || start + (first * step.Dilation) >= size) return false;
        }

        return true;
    }
}
