using NUnit.Framework;

namespace Adjoint.Tests;

public sealed class ParameterSetTests
{
    [Test]
    public void Names_are_joined_by_dots_in_the_order_of_registration()
    {
        var model = new Composite(
            ("policy", new Mlp([2, 5, 3], Activation.Relu)),
            ("body", new Sequential(new Linear(2, 4, bias: false), Activation.Tanh, new LayerNorm(4))));
        var set = new ParameterSet(model, Key.FromSeed(1));
        string[] names =
        [
            "policy.layers.0.weight", "policy.layers.0.bias", "policy.layers.1.weight", "policy.layers.1.bias", "body.0.weight", "body.2.weight", "body.2.bias",
        ];
        Assert.That(set.Parameters.Select(static parameter => parameter.Name), Is.EqualTo(names));
        Assert.That(set.State.Select(static pair => pair.Name), Is.EqualTo(names));
        Assert.That(set["policy.layers.1.weight"].Shape, Is.EqualTo(Shape.Create([3, 5])));
        Assert.That(set.Count, Is.EqualTo(10 + 5 + 15 + 3 + 8 + 4 + 4));
        Assert.That(model.ParameterCount, Is.EqualTo(set.Count));
        Assert.That(() => set["body.1.weight"], Throws.TypeOf<SettingException>().With.Message.Contains("body.0.weight"));
    }

    [TestCase(DType.F32, 16)]
    [TestCase(DType.F64, 8)]
    public void Parameters_are_views_of_one_buffer_that_start_at_cache_lines_with_zeros_between(DType dtype, int alignment)
    {
        var set = new ParameterSet(new Mlp([2, 5, 3], Activation.Relu, weightInitializer: Initializers.Ones, biasInitializer: Initializers.Ones), Key.FromSeed(1), dtype);
        int used = 0;
        foreach (Parameter parameter in set.Parameters)
        {
            Assert.That(parameter.Value.Storage, Is.SameAs(set.Flat.Storage));
            Assert.That(parameter.Value.Layout.Offset % alignment, Is.Zero);
            Assert.That(parameter.Value.Layout.IsContiguous && parameter.Value.IsTracked, Is.True);
            used += parameter.Shape.Elements;
        }

        Assert.That(set.Flat.Sum().Item(), Is.EqualTo(used));
        Assert.That(set.Flat.Count, Is.EqualTo(set.Length).And.GreaterThan(used));
    }

    [Test]
    public void Parameters_outlive_the_step_in_which_they_are_made()
    {
        var model = new Linear(3, 2);
        ParameterSet set;
        using (Step.Begin()) set = new ParameterSet(model, Key.FromSeed(1));
        Assert.That(set.Flat.Read<float>(), Has.Length.EqualTo(set.Length));
    }

    [Test]
    public void First_values_depend_on_key_and_name_only()
    {
        Mlp small = new([2, 5, 3], Activation.Relu), large = new([2, 5, 3, 4], Activation.Relu), other = new([2, 5, 3], Activation.Relu);
        ParameterSet first = new(small, Key.FromSeed(1)), second = new(large, Key.FromSeed(1)), third = new(other, Key.FromSeed(2));
        foreach (Parameter parameter in first.Parameters)
        {
            Assert.That(second[parameter.Name].Value.Read<float>(), Is.EqualTo(parameter.Value.Read<float>()));
            Assert.That(third[parameter.Name].Value.Read<float>(), Is.Not.EqualTo(parameter.Value.Read<float>()));
        }
    }

    [Test]
    public void Groups_are_contiguous_and_cover_the_buffer()
    {
        Mlp model = new([2, 5, 3], Activation.Relu);
        ParameterGroup last = new(model.Layers[1], 10), biases = new(static name => name.EndsWith("bias", StringComparison.Ordinal), weightDecay: 0);
        var set = new ParameterSet(model, Key.FromSeed(1), groups: [last, biases]);
        string[] names = ["layers.1.weight", "layers.1.bias", "layers.0.bias", "layers.0.weight"];
        Assert.That(set.Parameters.Select(static parameter => parameter.Name), Is.EqualTo(names));
        Assert.That(set.Ranges, Has.Count.EqualTo(3));
        Assert.That(set.Ranges[0].Group, Is.SameAs(last));
        Assert.That(set.Ranges[1].Group, Is.SameAs(biases));
        Assert.That(set.Ranges[2].Group.WeightDecay, Is.Null);
        int end = 0;
        foreach (ParameterRange range in set.Ranges)
        {
            Assert.That(range.Start, Is.EqualTo(end));
            end += range.Length;
        }

        Assert.That(end, Is.EqualTo(set.Length));
        Assert.That(() => new ParameterSet(new Linear(2, 2), Key.FromSeed(1), groups: [new ParameterGroup(static name => name == "wieght")]),
            Throws.TypeOf<SettingException>().With.Message.Contains("group 0"));
    }

    [Test]
    public void A_module_that_is_registered_twice_is_one_set_of_parameters()
    {
        var shared = new Linear(2, 2);
        var set = new ParameterSet(new Composite(("first", shared), ("second", shared)), Key.FromSeed(1));
        string[] names = ["first.weight", "first.bias"];
        Assert.That(set.Parameters.Select(static parameter => parameter.Name), Is.EqualTo(names));
    }

    [Test]
    public void Loading_reports_what_does_not_fit_and_changes_nothing()
    {
        var set = new ParameterSet(new Linear(2, 3), Key.FromSeed(1));
        float[] before = set.Flat.Read<float>();
        Tensor weight = Tensor.Ones([3, 2]), bias = Tensor.Ones([3]);
        Assert.Multiple(() =>
        {
            Assert.That(() => set.Load(new Dictionary<string, Tensor> { ["weight"] = weight }), Throws.TypeOf<DataException>().With.Message.Contains("'bias' is missing"));
            Assert.That(() => set.Load(new Dictionary<string, Tensor> { ["weight"] = weight, ["bias"] = bias, ["extra"] = bias }),
                Throws.TypeOf<DataException>().With.Message.Contains("'extra' is unknown"));
            Assert.That(() => set.Load(new Dictionary<string, Tensor> { ["weight"] = weight, ["bias"] = weight }),
                Throws.TypeOf<ShapeException>().With.Message.Contains("bias has shape [3], the state gives [3, 2]"));
            Assert.That(() => set.Load(new Dictionary<string, Tensor> { ["weight"] = weight, ["bias"] = Tensor.Ones([3], DType.F64) }),
                Throws.TypeOf<DTypeException>().With.Message.Contains("To(DType.F32)"));
        });
        Assert.That(set.Flat.Read<float>(), Is.EqualTo(before));
        set.Load(new Dictionary<string, Tensor> { ["weight"] = weight, ["bias"] = bias });
        Assert.That(set.Flat.Sum().Item(), Is.EqualTo(9));
    }

    [Test]
    public void Sets_copy_from_sets_of_the_same_layout_only()
    {
        ParameterSet online = new(new Linear(2, 3), Key.FromSeed(1)), target = new(new Linear(2, 3), Key.FromSeed(2)), other = new(new Linear(3, 2), Key.FromSeed(1));
        target.CopyFrom(online);
        Assert.That(target.Flat.Read<float>(), Is.EqualTo(online.Flat.Read<float>()));
        Assert.That(() => target.CopyFrom(other), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void Misuse_is_reported()
    {
        var bound = new Linear(2, 3);
        _ = new ParameterSet(bound, Key.FromSeed(1));
        Assert.Multiple(() =>
        {
            Assert.That(() => new Linear(2, 3).Forward(Tensor.Ones([1, 2])), Throws.TypeOf<LifetimeException>().With.Message.Contains("ParameterSet"));
            Assert.That(() => new ParameterSet(bound, Key.FromSeed(1)), Throws.TypeOf<SettingException>());
            Assert.That(() => new ParameterSet(new Composite(), Key.FromSeed(1)), Throws.TypeOf<SettingException>());
            Assert.That(() => new ParameterSet(new Linear(2, 3), Key.FromSeed(1), DType.I64), Throws.TypeOf<DTypeException>());
            Assert.That(() => new Composite(("a", new Linear(1, 1)), ("a", new Linear(1, 1))), Throws.TypeOf<SettingException>().With.Message.Contains("twice"));
            Assert.That(() => new Composite(("", new Linear(1, 1))), Throws.TypeOf<SettingException>());
        });
    }

    [Test]
    public void Packing_puts_gradients_of_any_layout_where_their_parameters_lie()
    {
        Tensor transposed = Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }).Transpose(), repeated = Tensor.Full([1], 7).Expand([3]), scalar = Tensor.Scalar(8);
        Tensor flat = Tensor.Full([16], -1);
        Dispatch.RunInto(new Pack(4, 16), [transposed, repeated, scalar], [flat]);
        Assert.That(flat.Read<float>(), Is.EqualTo(new float[] { 1, 4, 2, 5, 3, 6, -1, -1, 7, 7, 7, -1, 8, -1, -1, -1 }));
    }
}
