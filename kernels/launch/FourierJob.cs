namespace Adjoint.Kernels;

/// <summary>
/// What Fourier kernels are told of lines: where they lie, what they hold, how they go. Steps are in numbers, so that complex neighbours are 2 apart. Lines are counted along
/// <see cref="Inner"/> neighbours first.
/// </summary>
public struct FourierJob
{
    /// <summary>The product of <see cref="Factors"/>, at most 8 of 1 byte each, first in the lowest: the numbers of a line.</summary>
    public ulong Factors { get; set; }

    /// <summary>Factor of the results.</summary>
    public double Scale { get; set; }

    /// <summary>Factor of complex numbers that stand for two, where the other side is real.</summary>
    public double Middle { get; set; }

    /// <summary>Numbers of a line.</summary>
    public int Length { get; set; }

    /// <summary>Numbers of a line while it is transformed: the length, or that of the convolution by which it goes.</summary>
    public int Rows { get; set; }

    /// <summary>Lines in all.</summary>
    public int Lines { get; set; }

    /// <summary>Lines side by side.</summary>
    public int Inner { get; set; }

    /// <summary>Lines of a block.</summary>
    public int Group { get; set; }

    /// <summary>Distance of the operand's lines that are not side by side.</summary>
    public int OuterIn { get; set; }

    /// <summary>Distance of the operand's neighbours in a line.</summary>
    public int StepIn { get; set; }

    /// <summary>Distance of the results' lines that are not side by side.</summary>
    public int OuterOut { get; set; }

    /// <summary>Distance of the results' neighbours in a line.</summary>
    public int StepOut { get; set; }

    /// <summary>As <see cref="FourierKind"/>.</summary>
    public int Kind { get; set; }

    /// <summary>Whether real and imaginary parts are exchanged before and after, which makes the transform an inverse one.</summary>
    public int Swaps { get; set; }

    /// <summary>Whether the line goes as a convolution with a chirp.</summary>
    public int HasChirp { get; set; }
}
