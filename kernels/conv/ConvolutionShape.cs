namespace Adjoint.Kernels;

/// <summary>A convolution along one axis: the sizes of image, result and window, and how the window moves.</summary>
/// <param name="Image">Positions of the image.</param>
/// <param name="Result">Positions of the window.</param>
/// <param name="Window">Taps of the window.</param>
/// <param name="Stride">Step of the window from one position to the next.</param>
/// <param name="Before">Zeros before the image.</param>
/// <param name="Dilation">Step from one tap to the next.</param>
public readonly record struct WindowAxis(int Image, int Result, int Window, int Stride, int Before, int Dilation)
{
    /// <summary>Whether result and image correspond one to one.</summary>
    public bool IsPointwise => Window == 1 && Stride == 1 && Before == 0 && Image == Result;
}

/// <summary>Sizes of a 2-D convolution: image [images, groups·inputs, h, w], weight [groups·outputs, inputs, kh, kw], result [images, groups·outputs, oh, ow], all dense.</summary>
/// <param name="Images">Images.</param>
/// <param name="Groups">Groups of channels that do not mix.</param>
/// <param name="Inputs">Channels of the image in a group.</param>
/// <param name="Outputs">Channels of the result in a group.</param>
/// <param name="Rows">The vertical axis.</param>
/// <param name="Columns">The horizontal axis.</param>
public readonly record struct ConvolutionShape(int Images, int Groups, int Inputs, int Outputs, WindowAxis Rows, WindowAxis Columns)
{
    /// <summary>Taps of the window.</summary>
    public int Taps => Rows.Window * Columns.Window;

    /// <summary>Positions of an image.</summary>
    public int ImageSize => Rows.Image * Columns.Image;

    /// <summary>Positions of a result.</summary>
    public int ResultSize => Rows.Result * Columns.Result;

    /// <summary>Whether each position of the result sees its position of the image alone.</summary>
    public bool IsPointwise => Rows.IsPointwise && Columns.IsPointwise;

    /// <summary>Multiplications.</summary>
    public long Work => (long)Images * Groups * Outputs * Inputs * Taps * ResultSize;
}
