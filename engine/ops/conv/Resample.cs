using Adjoint.Kernels;

namespace Adjoint;

/// <summary>How planes are resampled.</summary>
public enum Resampling
{
    /// <summary>Each place takes the number of the source that it falls on.</summary>
    Nearest,

    /// <summary>Each place mixes the four sources around its centre; centres of equal areas coincide (align_corners = false in PyTorch).</summary>
    Bilinear,
}

/// <summary>The last two axes resampled to other sizes.</summary>
/// <param name="Kind">How.</param>
/// <param name="Height">Rows of the result.</param>
/// <param name="Width">Columns of the result.</param>
/// <param name="RowStep">Source rows from one row of the result to the next; 0 follows from the sizes.</param>
/// <param name="ColumnStep">The same along the width.</param>
public sealed record Resample(Resampling Kind, int Height, int Width, double RowStep = 0, double ColumnStep = 0) : FloatOp
{
    public override string Name => "resample";

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.Rank(Name, "the image", inputs[0], 4);
        Shape image = inputs[0].Shape;
        if (Height < 1 || Width < 1 || image[2] < 1 || image[3] < 1)
            throw new ShapeException($"{Name}: from {image} to {Height} x {Width}. Images before and after must have rows and columns.");
        return new Signature([image[0], image[1], Height, Width], inputs[0].DType);
    }

    internal ResampleAxis Rows(int source) => new() { Source = source, Target = Height, IsLinear = (int)Kind, Step = RowStep };

    internal ResampleAxis Columns(int source) => new() { Source = source, Target = Width, IsLinear = (int)Kind, Step = ColumnStep };

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape image = inputs[0].Shape;
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>()) ResampleKernel.Run(image[0] * image[1], Rows(image[2]), Columns(image[3]), x, y);
    }

    static readonly TypedKernels Kernels = new("window_resample");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape image = inputs[0].Shape;
        queue.Call(Kernels.Of(outputs[0].DType), outputs[0].Count).Dense(inputs).Dense(outputs).Value(image[0] * image[1]).Value(Rows(image[2])).Value(Columns(image[3])).Run();
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.Run(new ResampleImage(this, rule.InputShape(0)[2], rule.InputShape(0)[3]), rule.Cotangent.Contiguous()));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous());
}

/// <summary>The transpose of <see cref="Resample"/>: each source gathers from the places that took from it.</summary>
/// <param name="Forward">The op.</param>
/// <param name="SourceRows">Rows of its image.</param>
/// <param name="SourceColumns">Columns of its image.</param>
public sealed record ResampleImage(Resample Forward, int SourceRows, int SourceColumns) : FloatOp
{
    public override string Name => "resample_image";

    public override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.Rank(Name, "the result", inputs[0], 4);
        Shape result = inputs[0].Shape;
        if (result[2] != Forward.Height || result[3] != Forward.Width || SourceRows < 1 || SourceColumns < 1)
            throw new ShapeException($"{Name}: the result {result} is not of {Forward.Height} x {Forward.Width}, or the image of {SourceRows} x {SourceColumns} is empty. Pass what resample gives.");
        return new Signature([result[0], result[1], SourceRows, SourceColumns], inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape result = inputs[0].Shape;
        fixed (T* y = &inputs[0].First<T>(), x = &outputs[0].First<T>())
            ResampleKernel.Transpose(result[0] * result[1], Forward.Rows(SourceRows), Forward.Columns(SourceColumns), y, x);
    }

    static readonly TypedKernels Kernels = new("window_resample_transposed");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape result = inputs[0].Shape;
        queue.Call(Kernels.Of(outputs[0].DType), outputs[0].Count).Dense(inputs).Dense(outputs).Value(result[0] * result[1])
            .Value(Forward.Rows(SourceRows)).Value(Forward.Columns(SourceColumns)).Run();
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.Run(Forward, rule.Cotangent.Contiguous()));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous());
}

public static partial class TensorMath
{
    /// <summary>x [images, channels, height, width] resampled to a size.</summary>
    /// <exception cref="ShapeException">An image before or after has no rows or columns.</exception>
    public static Tensor Upsample(this Tensor x, int height, int width, Resampling kind = Resampling.Nearest)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Dispatch.Run(new Resample(kind, height, width), x.Contiguous());
    }

    /// <summary>x [images, channels, height, width] with sides of ⌊factor·side⌋; places follow from the factor, as in PyTorch.</summary>
    /// <exception cref="SettingException">The factor is not a positive number.</exception>
    /// <exception cref="ShapeException">An image before or after has no rows or columns.</exception>
    public static Tensor Upsample(this Tensor x, double factor, Resampling kind = Resampling.Nearest)
    {
        ArgumentNullException.ThrowIfNull(x);
        Check.InRange(factor, 1e-6, 1e6, "Upsample factor");
        Require.Rank("upsample", "the image", x, 4);
        double step = factor == Math.Truncate(factor) ? 0 : 1 / factor;
        return Dispatch.Run(new Resample(kind, (int)(x.Shape[2] * factor), (int)(x.Shape[3] * factor), step, step), x.Contiguous());
    }
}
