using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Bad input: each error is of its type, is one line, and names the op.</summary>
[TestFixture]
public sealed class ErrorTests
{
    static readonly Tensor x = Tensor.Ones([3, 4]);
    static readonly Tensor y = Tensor.Ones([5, 4]);
    static readonly Tensor wide = Tensor.Ones([3, 4], DType.F64);
    static readonly Tensor mask = Tensor.Ones([3, 4], DType.Bool);
    static readonly Tensor indices = Tensor.From([0L, 2, 1]);
    static readonly Tensor beyond = Tensor.From([0L, 3, -1]);
    static readonly Tensor empty = Tensor.Ones([3, 0]);
    static readonly Tensor longs = Tensor.Ones([3, 4], DType.I64);
    static readonly Generator generator = new(Key.FromSeed(0));

    static TestCaseData Case<T>(string op, Action action) where T : Exception => new TestCaseData(typeof(T), op, action).SetArgDisplayNames($"{typeof(T).Name} {op}");

    static IEnumerable<TestCaseData> Cases =>
    [
        Case<ShapeException>("add", () => _ = x + y),
        Case<DTypeException>("multiply", () => _ = x * wide),
        Case<DTypeException>("exp", () => longs.Exp()),
        Case<DTypeException>("add", () => _ = mask + mask),
        Case<ShapeException>("random_permutation", () => generator.Permutation(int.MaxValue)),
        Case<DTypeException>("affine", () => _ = longs / 2),
        Case<DTypeException>("affine", () => _ = longs + 0.5),
        Case<DTypeException>("clamp", () => longs.Clamp(0.5, 2)),
        Case<DTypeException>("fill", () => longs.Less(0.5)),
        Case<DTypeException>("fill", () => Tensor.Full([2], double.NaN, DType.I64)),
        Case<DTypeException>("fill", () => Tensor.Full([2], 1e10, DType.I32)),
        Case<DTypeException>("Write", () => Tensor.Zeros([1], DType.I64).Write(0.5)),
        Case<ShapeException>("equal", () => x.Equal(y)),
        Case<DTypeException>("less", () => x.Less(wide)),
        Case<DTypeException>("or", () => x.Or(mask)),
        Case<DTypeException>("and", () => x.And(x)),
        Case<DTypeException>("where", () => TensorMath.Where(x, x, x)),
        Case<DTypeException>("where", () => TensorMath.Where(mask, x, wide)),
        Case<ShapeException>("where", () => TensorMath.Where(mask, y, x)),
        Case<ShapeException>("sum", () => x.Sum(2)),
        Case<ShapeException>("sum", () => x.Sum([0, -2])),
        Case<DTypeException>("sum", () => mask.Sum()),
        Case<ShapeException>("max", () => empty.Max(1)),
        Case<ShapeException>("min", () => empty.Min()),
        Case<ShapeException>("mean", () => empty.Mean(1)),
        Case<DTypeException>("mean", () => longs.Mean()),
        Case<ShapeException>("variance", () => Tensor.Ones([1]).Variance()),
        Case<ShapeException>("argmax", () => empty.ArgMax(1)),
        Case<ShapeException>("argmin", () => x.ArgMin(-3)),
        Case<ShapeException>("sum_to", () => x.SumTo([3, 3])),
        Case<DTypeException>("softmax", () => longs.Softmax()),
        Case<ShapeException>("log_softmax", () => empty.LogSoftmax()),
        Case<ShapeException>("logsumexp", () => x.LogSumExp(5)),
        Case<ShapeException>("softmax", () => Tensor.Scalar(1).Softmax()),
        Case<ShapeException>("cross_entropy", () => y.CrossEntropy(indices)),
        Case<ShapeException>("cross_entropy", () => x.Slice(1, 0, 3).CrossEntropy(beyond)),
        Case<DTypeException>("cross_entropy", () => x.CrossEntropy(Tensor.Ones([3]))),
        Case<SettingException>("LayerNorm", () => x.LayerNorm(epsilon: -1)),
        Case<SettingException>("RmsNorm", () => x.RmsNorm(epsilon: double.NaN)),
        Case<ShapeException>("MatMul", () => x.MatMul(y)),
        Case<ShapeException>("matmul", () => Tensor.Ones([2, 3, 4]).MatMul(Tensor.Ones([3, 4, 5]))),
        Case<DTypeException>("matmul", () => x.MatMul(wide.Transpose())),
        Case<DTypeException>("matmul", () => longs.MatMul(longs.Transpose())),
        Case<ShapeException>("matmul", () => Dispatch.Run(new MatMul(), indices.To(DType.F32), x)),
        Case<ShapeException>("select", () => x.Select(0, beyond)),
        Case<ShapeException>("select", () => x.Select(0, longs)),
        Case<DTypeException>("select", () => x.Select(0, Tensor.Ones([2]))),
        Case<ShapeException>("add_at", () => x.AddAt(1, indices, 4)),
        Case<ShapeException>("add_at", () => x.AddAt(0, indices, 2)),
        Case<DTypeException>("add_at", () => mask.AddAt(0, indices, 4)),
        Case<ShapeException>("take_along", () => x.TakeAlong(0, Tensor.Zeros([3, 3], DType.I64))),
        Case<ShapeException>("take_along", () => x.TakeAlong(1, Tensor.Full([3, 1], 4, DType.I64))),
        Case<ShapeException>("add_along", () => x.AddAlong(1, Tensor.Zeros([3, 1], DType.I64), 4)),
        Case<ShapeException>("add_along", () => x.AddAlong(0, longs, 1)),
        Case<DTypeException>("one_hot", () => x.OneHot(3)),
        Case<ShapeException>("reshape", () => x.Reshape([5, 2])),
        Case<ShapeException>("reshape", () => x.Reshape([-1, 5])),
        Case<ShapeException>("reshape", () => x.Reshape([-1, -1])),
        Case<ShapeException>("reshape", () => empty.Reshape([-1, 0])),
        Case<ShapeException>("permute", () => x.Permute([0, 0])),
        Case<ShapeException>("permute", () => x.Permute([1, 2])),
        Case<ShapeException>("permute", () => x.Permute([1])),
        Case<ShapeException>("transpose", () => Tensor.Ones([3]).Transpose()),
        Case<ShapeException>("expand", () => x.Expand([3, 8])),
        Case<ShapeException>("expand", () => x.Expand([4])),
        Case<ShapeException>("slice", () => x.Slice(0, 0, 3, 0)),
        Case<ShapeException>("slice", () => x.Slice(1, 5)),
        Case<ShapeException>("slice", () => x.Slice(0, -4)),
        Case<ShapeException>("at", () => x.At(0, 3)),
        Case<ShapeException>("at", () => _ = x[0, 0, 0]),
        Case<ShapeException>("squeeze", () => x.Squeeze(0)),
        Case<ShapeException>("unsqueeze", () => x.Unsqueeze(4)),
        Case<ShapeException>("pad", () => x.Pad(0, -1, 0)),
        Case<ShapeException>("concat", () => TensorMath.Concat([x, Tensor.Ones([2])], 0)),
        Case<ShapeException>("concat", () => TensorMath.Concat([x, y], 1)),
        Case<DTypeException>("concat", () => TensorMath.Concat([x, wide], 0)),
        Case<ShapeException>("concat", () => TensorMath.Concat([], 0)),
        Case<ShapeException>("stack", () => TensorMath.Stack([], 0)),
        Case<ShapeException>("concat", () => TensorMath.Stack([x, y], 0)),
        Case<ShapeException>("copy_into", () => x.CopyInto(y)),
        Case<DTypeException>("copy_into", () => x.CopyInto(wide)),
        Case<DTypeException>("range", () => Tensor.Range(3, dtype: DType.Bool)),
        Case<SettingException>("clamp", () => x.Clamp(1, 0)),
        Case<SettingException>("Polygamma", () => x.Polygamma(-1)),
        Case<SettingException>("Integers", () => generator.Integers([2], 3, 3)),
        Case<SettingException>("Bernoulli", () => generator.Bernoulli([2], 1.5)),
        Case<DTypeException>("random_normal", () => generator.Normal([2], DType.I64)),
        Case<DTypeException>("random_integers", () => generator.Integers([2], 0, 3, DType.F32)),
        Case<SettingException>("Permutation", () => generator.Permutation(-1)),
        Case<DTypeException>("random_categorical", () => generator.Categorical(longs)),
        Case<ShapeException>("random_categorical", () => generator.Categorical(empty)),
        Case<ShapeException>("random_categorical", () => generator.Categorical(Tensor.Scalar(1))),
        Case<ShapeException>("From", () => Tensor.From([1.0, 2], [3])),
        Case<DTypeException>("Byte", () => Tensor.From(new byte[] { 1 })),
        Case<ShapeException>("Item", () => x.Item()),
        Case<DTypeException>("Read", () => x.Read<double>()),
        Case<ShapeException>("Read", () => x.Read(new float[3].AsSpan())),
        Case<ShapeException>("Write", () => Tensor.Ones([2]).Write<float>([1])),
        Case<ShapeException>("Write", () => Tensor.Ones([2, 2]).Transpose().Write<float>([1, 2, 3, 4])),
        Case<ShapeException>("AsSpan", () => x.Transpose().AsSpan<float>()),
        Case<ShapeException>("negative", () => Tensor.Ones([2, -1])),
        Case<ShapeException>("8", () => Tensor.Ones([1, 1, 1, 1, 1, 1, 1, 1, 1])),
        Case<ShapeException>("elements", () => Tensor.Ones([1 << 16, 1 << 16])),
        Case<DTypeException>("Variable", () => longs.Variable()),
        Case<DerivativeException>("Gradients", () => Autodiff.Gradient(x.Variable(), x)),
        Case<DerivativeException>("Vjp", () => Autodiff.Gradient(x.Sum(), x)),
        Case<DerivativeException>("Vjp", () => Autodiff.Vjp([x], [x.Variable()], [])),
        Case<DerivativeException>("Vjp", () => Autodiff.Vjp([x], [x.Variable()], [y])),
        Case<DerivativeException>("Jvp", () => Autodiff.Jvp([x], [x.Variable()], [wide])),
        Case<ShapeException>("PerSampleJacobian", () => Autodiff.PerSampleJacobian(t => t.Sum(), x)),
        Case<DeviceException>("cuda:7", () => Tensor.Ones([2], device: new Device(DeviceKind.Cuda, 7))),
        Case<SettingException>("gpu", () => Device.Parse("gpu")),
        Case<SettingException>("Threads", () => Settings.Threads = 0),
    ];

    [TestCaseSource(nameof(Cases))]
    public void An_error_is_typed_and_one_line_and_names_the_op(Type type, string op, Action action)
    {
        Exception error = Assert.Throws(type, () => action())!;
        Assert.That(error.Message, Does.Contain(op));
        Assert.That(error.Message, Does.Not.Contain("\n"));
        Assert.That(error.Message, Does.EndWith(".").Or.EndWith("?"), "a sentence with a remedy");
    }

    [Test]
    public void A_failed_op_leaves_no_trace_on_the_tape_or_in_its_operands()
    {
        Tensor variable = Tensor.Ones([3]).Variable();
        Assert.Throws<ShapeException>(() => variable.Select(0, beyond));
        Assert.That(Autodiff.Gradient((variable * 2).Sum(), variable).Read<float>(), Is.All.EqualTo(2));
    }

    [Test]
    public void Extreme_steps_and_bounds_of_slices_are_within_their_meaning()
    {
        Tensor five = Tensor.Range(5);
        Assert.That(five.Slice(0, 1, int.MaxValue, int.MaxValue).Read<long>(), Is.EqualTo(new long[] { 1 }));
        Assert.That(five.Slice(0, 0, 4, int.MinValue).Read<long>(), Is.EqualTo(new long[] { 3 }));
        Assert.That(five.Slice(0, 3, 1).Count, Is.Zero);
        Assert.That(five.Slice(0, 5).Count, Is.Zero);
    }

    [Test]
    public void Copying_between_overlapping_views_reads_all_before_it_writes()
    {
        Tensor a = Tensor.Range(6, dtype: DType.F64);
        a.Slice(0, 0, 5).CopyInto(a.Slice(0, 1, 6));
        Assert.That(a.Read<double>(), Is.EqualTo(new double[] { 0, 0, 1, 2, 3, 4 }));
        Tensor b = Tensor.Range(6, dtype: DType.F64);
        b.Flip(0).CopyInto(b);
        Assert.That(b.Read<double>(), Is.EqualTo(new double[] { 5, 4, 3, 2, 1, 0 }));
        Tensor c = Tensor.Range(4, dtype: DType.F64).Reshape([2, 2]);
        c.Transpose().CopyInto(c);
        Assert.That(c.Read<double>(), Is.EqualTo(new double[] { 0, 2, 1, 3 }));
    }
}
