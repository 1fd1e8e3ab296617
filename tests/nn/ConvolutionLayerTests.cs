using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Layers for images: shapes, first values, names, and the state of batch norm.</summary>
[TestFixture]
public sealed class ConvolutionLayerTests
{
    static T Made<T>(T layer, DType dtype = DType.F32) where T : Module
    {
        _ = new ParameterSet(layer, Key.FromSeed(3), dtype);
        return layer;
    }

    [Test]
    public void Layers_give_the_shapes_and_take_the_weights_of_torch()
    {
        Tensor x = Tensor.Ones([2, 4, 9, 7]), line = Tensor.Ones([2, 4, 9]);
        Conv2d conv = Made(new Conv2d(4, 6, 3, stride: 2, padding: 1, groups: 2));
        ConvTranspose2d transposed = Made(new ConvTranspose2d(4, 6, 3, stride: 2, padding: 1, outputPadding: 1, groups: 2));
        Conv1d conv1 = Made(new Conv1d(4, 3, 5, padding: 2, dilation: 1));
        ConvTranspose1d transposed1 = Made(new ConvTranspose1d(4, 3, 4, stride: 2, padding: 1));
        Conv2d same = Made(new Conv2d(4, 3, 4, 5, ConvolutionGeometry.Same(4, 5)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((conv.Weight.Shape, conv.Forward(x).Shape), Is.EqualTo(((Shape)[6, 2, 3, 3], (Shape)[2, 6, 5, 4])));
            Assert.That((transposed.Weight.Shape, transposed.Forward(x).Shape), Is.EqualTo(((Shape)[4, 3, 3, 3], (Shape)[2, 6, 18, 14])));
            Assert.That((conv1.Weight.Shape, conv1.Forward(line).Shape), Is.EqualTo(((Shape)[3, 4, 5], (Shape)[2, 3, 9])));
            Assert.That((transposed1.Weight.Shape, transposed1.Forward(line).Shape), Is.EqualTo(((Shape)[4, 3, 4], (Shape)[2, 3, 18])));
            Assert.That(same.Forward(x).Shape, Is.EqualTo((Shape)[2, 3, 9, 7]));
            Assert.That(new MaxPool2d(3, 2, 1).Forward(x).Shape, Is.EqualTo((Shape)[2, 4, 5, 4]));
            Assert.That(new AveragePool2d(2).Forward(x).Shape, Is.EqualTo((Shape)[2, 4, 4, 3]));
            Assert.That(new Upsample(1.5, Resampling.Bilinear).Forward(x).Shape, Is.EqualTo((Shape)[2, 4, 13, 10]));
            Assert.That(conv.Weight.Value.Read<float>().Max(Math.Abs), Is.LessThanOrEqualTo(1 / Math.Sqrt(18)).And.GreaterThan(0.8 / Math.Sqrt(18)));
            Assert.That(conv.Bias!.Value.Read<float>().Max(Math.Abs), Is.LessThanOrEqualTo(1 / Math.Sqrt(18)));
        }
    }

    [Test]
    public void Batch_norm_moves_its_statistics_and_uses_them_in_evaluation()
    {
        var norm = new BatchNorm(2, momentum: 0.25);
        var set = new ParameterSet(norm, Key.FromSeed(0), DType.F64);
        Tensor x = Tensor.From<double>([1, 10, 3, 20, 5, 60], [3, 2]);
        double[] y = norm.Forward(x).Read<double>();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(y[0], Is.EqualTo(-2 / Math.Sqrt((8.0 / 3) + 1e-5)).Within(1e-12));
            Assert.That(norm.RunningMean.Value.Read<double>(), Is.EqualTo(new[] { 0.75, 7.5 }).Within(1e-12));
            Assert.That(norm.RunningVariance.Value.Read<double>(), Is.EqualTo(new[] { 0.75 + (0.25 * 4), 0.75 + (0.25 * 700) }).Within(1e-12));
            Assert.That(set.State.Select(static one => one.Name), Is.EqualTo(new[] { "weight", "bias", "running_mean", "running_var", "num_batches_tracked" }));
        }

        norm.Training = false;
        double[] used = norm.Forward(x).Read<double>();
        Assert.That(used[0], Is.EqualTo((1 - 0.75) / Math.Sqrt(1.75 + 1e-5)).Within(1e-12));
        Assert.That(norm.RunningMean.Value.Read<double>()[0], Is.EqualTo(0.75).Within(1e-12), "evaluation moves nothing");

        var other = new BatchNorm(2) { Training = false };
        var copy = new ParameterSet(other, Key.FromSeed(1), DType.F64);
        copy.Load(set.State.ToDictionary());
        Assert.That(other.Forward(x).Read<double>(), Is.EqualTo(used).Within(1e-12));
        copy.CopyFrom(new ParameterSet(new BatchNorm(2), Key.FromSeed(2), DType.F64));
        Assert.That(other.RunningVariance.Value.Read<double>(), Is.EqualTo(new[] { 1.0, 1.0 }), "a copied set has the buffers of the other");
    }

    [Test]
    public void Statistics_move_in_replays_of_a_plan()
    {
        BatchNorm norm = Made(new BatchNorm(3)), eager = Made(new BatchNorm(3));
        Tensor x = new Generator(Key.FromSeed(5)).Normal([4, 3, 2, 2]);
        Plan plan = Plan.Record(() => norm.Forward(x));
        plan.Run();
        plan.Run();
        for (int i = 0; i < 3; i++) eager.Forward(x);
        Assert.That(norm.RunningMean.Value.Read<float>(), Is.EqualTo(eager.RunningMean.Value.Read<float>()));
        Assert.That(norm.RunningVariance.Value.Read<float>(), Is.EqualTo(eager.RunningVariance.Value.Read<float>()));
        Assert.That(norm.BatchCount.Value.Read<long>(), Is.EqualTo(new[] { 3L }));
    }

    [Test]
    public void What_does_not_fit_is_said_with_its_remedy()
    {
        Tensor x = Tensor.Ones([1, 4, 5, 5]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => x.Convolution(Tensor.Ones([2, 3, 3, 3])), Throws.TypeOf<ShapeException>().With.Message.Contain("4 channels").And.Message.Contain("Change"));
            Assert.That(() => x.Convolution(Tensor.Ones([2, 4, 7, 3])), Throws.TypeOf<ShapeException>().With.Message.Contain("larger than the padded image"));
            Assert.That(() => x.Convolution(Tensor.Ones([2, 4, 3, 3], DType.F64)), Throws.TypeOf<DTypeException>());
            Assert.That(() => x.Convolution(Tensor.Ones([3, 2, 3, 3]), groups: 2), Throws.TypeOf<ShapeException>().With.Message.Contain("groups"));
            Assert.That(() => x.Convolution(Tensor.Ones([2, 4, 3, 3]), stride: 0), Throws.TypeOf<SettingException>());
            Assert.That(() => x.ConvolutionTransposed(Tensor.Ones([4, 2, 3, 3]), stride: 2, outputPadding: 2), Throws.TypeOf<SettingException>().With.Message.Contain("output padding"));
            Assert.That(() => x.MaxPool(3, padding: 2), Throws.TypeOf<SettingException>().With.Message.Contain("half of the window"));
            Assert.That(() => x.Pad(Padding.Reflect, (5, 0)), Throws.TypeOf<ShapeException>().With.Message.Contain("too few"));
            Assert.That(() => Made(new BatchNorm(4)).Forward(Tensor.Ones([1, 4])), Throws.TypeOf<ShapeException>().With.Message.Contain("no variance"));
            Assert.That(() => new BatchNorm(4).Forward(x), Throws.TypeOf<LifetimeException>());
            Assert.That(() => new GroupNorm(3, 4), Throws.TypeOf<SettingException>());
            Assert.That(() => new Conv2d(4, 3, 3, groups: 2), Throws.TypeOf<SettingException>());
        }
    }
}
