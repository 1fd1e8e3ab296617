using Adjoint.Kernels;

namespace Adjoint;

/// <summary>How a window moves along one axis.</summary>
/// <param name="Stride">Step from one position of the window to the next.</param>
/// <param name="Before">Zeros, or what stands for them, before the axis.</param>
/// <param name="After">The same behind it; negative where the window leaves the last positions out.</param>
/// <param name="Dilation">Step from one tap of the window to the next.</param>
public readonly record struct WindowStep(int Stride = 1, int Before = 0, int After = 0, int Dilation = 1)
{
    /// <summary>The window moves by one and takes its taps side by side, without padding.</summary>
    public static WindowStep Unit { get; } = new(1, 0, 0, 1);

    /// <summary>Padding by which a window that moves by one gives as many results as there are positions; an odd zero goes behind, as in PyTorch.</summary>
    public static WindowStep Same(int window, int dilation = 1)
    {
        int zeros = dilation * (window - 1);
        return new WindowStep(1, zeros / 2, zeros - (zeros / 2), dilation);
    }

    /// <summary>Positions of a window on an axis: ⌊(size + before + after - dilation·(window - 1) - 1) / stride⌋ + 1; below 1 where it does not fit.</summary>
    public int Count(int size, int window)
    {
        int room = size + Before + After - (Dilation * (window - 1)) - 1;
        return room < 0 ? 0 : (room / Stride) + 1;
    }

    /// <summary>The least size of an axis on which a window has so many positions.</summary>
    public int Size(int count, int window) => ((count - 1) * Stride) - Before - After + (Dilation * (window - 1)) + 1;

    internal void Check(string op)
    {
        if (Stride < 1 || Dilation < 1) throw new SettingException($"{op}: stride {Stride} and dilation {Dilation} must be at least 1. Change them.");
        if (Before < 0) throw new SettingException($"{op}: padding {Before} before an axis must not be negative. Slice the input instead.");
    }

    internal WindowAxis Axis(int image, int result, int window) => new(image, result, window, Stride, Before, Dilation);
}

/// <summary>How the window of a 2-D convolution moves, and into how many groups its channels fall.</summary>
/// <param name="Rows">Along the height.</param>
/// <param name="Columns">Along the width.</param>
/// <param name="Groups">Groups of channels that do not mix; as many as channels for a depthwise convolution.</param>
public sealed record ConvolutionGeometry(WindowStep Rows, WindowStep Columns, int Groups = 1)
{
    /// <summary>The same along both axes; along the width alone for 1-D convolutions.</summary>
    public static ConvolutionGeometry Create(int stride = 1, int padding = 0, int dilation = 1, int groups = 1, bool is1D = false)
    {
        WindowStep step = new(stride, padding, padding, dilation);
        return new ConvolutionGeometry(is1D ? WindowStep.Unit : step, step, groups);
    }

    /// <summary>Padding by which a window that moves by one gives an image of the size of its input.</summary>
    /// <param name="rows">Height of the window.</param>
    /// <param name="columns">Width of the window.</param>
    /// <param name="dilation">Step from one tap to the next.</param>
    /// <param name="groups">Groups of channels.</param>
    public static ConvolutionGeometry Same(int rows, int columns, int dilation = 1, int groups = 1) =>
        new(WindowStep.Same(rows, dilation), WindowStep.Same(columns, dilation), groups);

    internal void Check(string op)
    {
        Rows.Check(op);
        Columns.Check(op);
        if (Groups < 1) throw new SettingException($"{op}: {Groups} groups. There must be at least 1.");
    }

    /// <summary>Sizes of the convolution of an image by a weight.</summary>
    internal ConvolutionShape Shape(Shape image, Shape weight, Shape result) => new(
        image[0], Groups, image[1] / Groups, result[1] / Groups,
        Rows.Axis(image[2], result[2], weight[2]), Columns.Axis(image[3], result[3], weight[3]));
}
