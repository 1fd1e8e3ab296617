using Adjoint.Kernels;

namespace Adjoint;

/// <summary>The largest number of each window, and its place in the plane (i64): the first of equal numbers; a NaN counts as the largest.</summary>
public sealed record MaxPool(PoolGeometry Geometry) : FloatOp
{
    public override string Name => "max_pool";

    public override int OutputCount => 2;

    public override Saves Saves => Saves.Output;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.Rank(Name, "the image", inputs[0], 4);
        return new Signature(Geometry.Result(Name, inputs[0].Shape), output == 0 ? inputs[0].DType : DType.I64);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
        fixed (long* places = &outputs[1].First<long>())
            MaxPoolKernel.Run(Geometry.Shape(inputs[0].Shape, outputs[0].Shape), x, y, places);
    }

    static readonly TypedKernels Kernels = new("window_max_pool");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        queue.Call(Kernels.Of(inputs[0].DType), outputs[0].Count).Dense(inputs).Dense(outputs).Value(Geometry.Shape(inputs[0].Shape, outputs[0].Shape)).Run();

    public override void Vjp(VjpRule rule)
    {
        if (rule.CotangentOf(0) is { } g) rule.Give(0, MaxPoolImage.Of(Geometry, g, rule.Output(1), rule.InputShape(0)));
    }

    public override Tensor? Jvp(JvpRule rule) => rule.OutputIndex == 0 ? At(rule.Tangent(0)!, rule.Output(1)) : null;

    /// <summary>The numbers of planes at places: the transpose of <see cref="MaxPoolImage"/>.</summary>
    internal static Tensor At(Tensor x, Tensor places)
    {
        int planes = x.Shape[0] * x.Shape[1];
        return x.Reshape([planes, x.Shape[2] * x.Shape[3]]).TakeAlong(1, places.Reshape([planes, places.Shape[2] * places.Shape[3]])).Reshape(places.Shape);
    }
}

public static partial class TensorMath
{
    /// <summary>The largest number of each window of x [images, channels, height, width], or of x [images, channels, length].</summary>
    /// <param name="x">f32 or f64.</param>
    /// <param name="window">Side of the window.</param>
    /// <param name="stride">Step of the window; 0 is its side.</param>
    /// <param name="padding">Places at each side that no maximum is taken from, at most half of the window.</param>
    /// <param name="dilation">Step between taps.</param>
    /// <exception cref="ShapeException">The window is larger than the padded image.</exception>
    /// <exception cref="SettingException">A setting is out of range.</exception>
    public static Tensor MaxPool(this Tensor x, int window, int stride = 0, int padding = 0, int dilation = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.MaxPool(PoolGeometry.Create(window, stride, padding, dilation, x.Rank == 3)).Values;
    }

    /// <summary>The same with other settings along each axis, and the places (i64) of the maxima, counted along the rows of a plane.</summary>
    /// <inheritdoc cref="MaxPool(Tensor, int, int, int, int)"/>
    public static (Tensor Values, Tensor Places) MaxPool(this Tensor x, PoolGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(geometry);
        bool isLine = x.Rank == 3;
        Tensor[] pair = Dispatch.RunMany(new MaxPool(geometry), (isLine ? x.Unsqueeze(2) : x).Contiguous());
        return isLine ? (pair[0].Squeeze(2), pair[1].Squeeze(2)) : (pair[0], pair[1]);
    }
}
