using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Zeros to which y is added at the places (i64) of the windows' maxima: the gradient of <see cref="MaxPool"/>. The places must be those of a window that moves so.</summary>
/// <param name="Geometry">How the window moves.</param>
/// <param name="Height">Rows of the image.</param>
/// <param name="Width">Columns of the image.</param>
public sealed record MaxPoolImage(PoolGeometry Geometry, int Height, int Width) : FloatOp
{
    public override string Name => "max_pool_image";

    public override Saves Saves => Saves.Second;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor y = inputs[0];
        Require.Float(Name, y);
        Require.Type(Name, "the places", inputs[1], DType.I64);
        Require.Rank(Name, "the result", y, 4);
        Shape image = [y.Shape[0], y.Shape[1], Height, Width];
        if (y.Shape != inputs[1].Shape || y.Shape != Geometry.Result(Name, image))
            throw new ShapeException($"{Name}: the result {y.Shape}, its places {inputs[1].Shape} and the image {image} do not belong together. Pass what max_pool gave for the image.");
        return new Signature(image, y.DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor places = inputs[1];
        fixed (T* y = &inputs[0].First<T>(), x = &outputs[0].First<T>())
        fixed (long* place = &places.First<long>())
        {
            IndexChecks.Require(Name, "places", place, places.Count, Height * Width);
            MaxPoolKernel.Scatter(Geometry.Shape(outputs[0].Shape, inputs[0].Shape), y, place, x);
        }
    }

    static readonly TypedKernels Kernels = new("window_max_pool_image");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        queue.CheckIndices(Name, "places", inputs[1], 0, Height * Width);
        queue.Call(Kernels.Of(inputs[0].DType), outputs[0].Count).Dense(inputs).Dense(outputs).Value(Geometry.Shape(outputs[0].Shape, inputs[0].Shape)).Run();
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, MaxPool.At(rule.Cotangent, rule.Y));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!.Contiguous(), rule.Y);

    internal static Tensor Of(PoolGeometry geometry, Tensor y, Tensor places, Shape image) =>
        Dispatch.Run(new MaxPoolImage(geometry, image[2], image[3]), y.Contiguous(), places.Contiguous());
}
