using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>What the layers of sequences and residual branches do beside what PyTorch's values and laws on random sizes say.</summary>
public sealed class SequenceLayerTests
{
    static ParameterSet Bind(Module module) => new(module, Key.FromSeed(3));

    [Test]
    public void Names_and_shapes_of_parameters_are_those_of_torch()
    {
        static string[] Names(Module module) => [.. module.NamedParameters.Select(static one => $"{one.Name} {one.Parameter.Shape}")];
        Assert.Multiple(() =>
        {
            Assert.That(Names(new MultiHeadAttention(4, 2)), Is.EqualTo(new[] { "in_proj_weight [12, 4]", "in_proj_bias [12]", "out_proj.weight [4, 4]", "out_proj.bias [4]" }));
            Assert.That(Names(new MultiHeadAttention(4, 2, bias: false)), Is.EqualTo(new[] { "in_proj_weight [12, 4]", "out_proj.weight [4, 4]" }));
            Assert.That(Names(new Gru(2, 3, 2)), Has.Length.EqualTo(8).And.Contains("weight_ih_l1 [9, 3]").And.Contains("bias_hh_l0 [9]"));
            Assert.That(Names(new LstmCell(2, 3)), Is.EqualTo(new[] { "weight_ih [12, 2]", "weight_hh [12, 3]", "bias_ih [12]", "bias_hh [12]" }));
            Assert.That(Names(new TransformerEncoder([new(4, 2, 6)], new LayerNorm(4))), Has.Length.EqualTo(14).And.Contains("layers.0.linear1.weight [6, 4]").And.Contains("norm.bias [4]"));
        });
    }

    [Test]
    public void Sinusoidal_positions_have_their_formula_and_learned_ones_add_their_rows()
    {
        var fixedPositions = new SinusoidalPositions(9, 6);
        float[] table = fixedPositions.Forward(Tensor.Zeros([2, 5, 6])).At(0, 1).Read<float>();
        for (int i = 0; i < table.Length; i++)
        {
            double angle = i / 6 / Math.Pow(10000, i % 6 / 2 * 2 / 6.0);
            Assert.That(table[i], Is.EqualTo(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)).Within(1e-6));
        }

        var learned = new LearnedPositions(9, 6);
        Bind(learned);
        Assert.That(learned.Forward(Tensor.Zeros([5, 6])).Read<float>(), Is.EqualTo(learned.Weight.Value.Slice(0, 0, 5).Read<float>()));
        Assert.That(() => learned.Forward(Tensor.Zeros([10, 6])), Throws.TypeOf<ShapeException>());
        Assert.That(() => fixedPositions.Forward(Tensor.Zeros([5, 7])), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void Dropped_paths_take_whole_samples_keep_means_and_draw_anew_in_a_replay()
    {
        var layer = new DropPath(0.25, new Generator(Key.FromSeed(1)));
        Tensor x = Tensor.Ones([2000, 3, 2]);
        float[] y = layer.Forward(x).Reshape([2000, 6]).Read<float>();
        Assert.That(Enumerable.Range(0, 2000).All(i => y.Skip(6 * i).Take(6).Distinct().Count() == 1), Is.True);
        Assert.That(y.Distinct(), Is.EquivalentTo(new[] { 0, 1 / 0.75f }));
        Assert.That(y.Average(), Is.EqualTo(1).Within(0.05));
        Plan plan = Plan.Record(() => layer.Forward(x));
        float[] first = plan.Output.Read<float>();
        plan.Run();
        Assert.That(plan.Output.Read<float>(), Is.Not.EqualTo(first));
        layer.Training = false;
        Assert.That(layer.Forward(x), Is.SameAs(x));
    }

    [Test]
    public void A_layer_scale_starts_small_and_learns_a_factor_a_column()
    {
        var layer = new LayerScale(3, 0.1);
        Bind(layer);
        Assert.That(layer.Forward(Tensor.Ones([2, 3])).Read<float>(), Has.All.EqualTo(0.1f));
        Assert.That(() => layer.Forward(Tensor.Ones([2, 4])), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void Dropout_in_an_encoder_acts_in_training_alone()
    {
        var layer = new TransformerEncoderLayer(4, 2, 8, dropout: new Dropout(0.5, new Generator(Key.FromSeed(5))));
        Bind(layer);
        Tensor x = new Generator(Key.FromSeed(2)).Normal([1, 6, 4]);
        float[] first = layer.Forward(x).Read<float>(), second = layer.Forward(x).Read<float>();
        Assert.That(second, Is.Not.EqualTo(first));
        layer.Training = false;
        (first, second) = (layer.Forward(x).Read<float>(), layer.Forward(x).Read<float>());
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void Cross_attention_hides_padding_by_a_mask_of_keys()
    {
        var layer = new MultiHeadAttention(4, 2);
        Bind(layer);
        var generator = new Generator(Key.FromSeed(2));
        Tensor queries = generator.Normal([2, 3, 4]), keys = generator.Normal([2, 5, 4]), padded = TensorMath.Concat([keys, generator.Normal([2, 2, 4]) * 100], 1);
        Tensor mask = Tensor.Range(7).Less(5).Reshape([1, 1, 1, 7]);
        Fixture.AssertClose(layer.Forward(queries, padded, padded, mask), layer.Forward(queries, keys, keys), "padding", 1e-6);
    }

    [Test]
    public void Operands_that_do_not_fit_are_refused() => Assert.Multiple(() =>
    {
        Tensor x = Tensor.Ones([2, 3, 4]);
        Assert.That(() => x.ScaledDotProductAttention(Tensor.Ones([2, 3, 5]), x), Throws.TypeOf<ShapeException>().With.Message.Contains("vectors of 4 and of 5"));
        Assert.That(() => x.ScaledDotProductAttention(x, Tensor.Ones([2, 4, 4])), Throws.TypeOf<ShapeException>().With.Message.Contains("3 keys"));
        Assert.That(() => x.ScaledDotProductAttention(x, x, Tensor.Ones([3, 4])), Throws.TypeOf<ShapeException>().With.Message.Contains("mask"));
        Assert.That(() => x.ScaledDotProductAttention(x, x, Tensor.Ones([3, 3], DType.I64)), Throws.TypeOf<DTypeException>());
        Assert.That(() => x.ScaledDotProductAttention(x, x, scale: double.NaN), Throws.TypeOf<SettingException>());
        Assert.That(() => Dispatch.Run(new Attention(false, 1), x, x, x), Throws.TypeOf<ShapeException>());
        Assert.That(() => new MultiHeadAttention(5, 2), Throws.TypeOf<SettingException>());
        Assert.That(() => new Gru(2, 3).Forward(Tensor.Ones([2, 3])), Throws.TypeOf<ShapeException>());
        Assert.That(() => new AttentionCache(1, 1, 0, 1), Throws.TypeOf<SettingException>());
        Assert.That(() => new AttentionCache(1, 2, 3, 4).Append(x, x), Throws.TypeOf<ShapeException>());
        Assert.That(() => Losses.MixtureLogDensity(Tensor.Ones([2, 3]), Tensor.Ones([2, 4]), Tensor.Ones([2, 4]), Tensor.Ones([2])), Throws.TypeOf<ShapeException>());
        Assert.That(() => new Generator(Key.FromSeed(0)).GumbelSoft(x, 0), Throws.TypeOf<SettingException>());
    });

    [Test]
    public void No_keys_give_zeros_and_no_label_no_loss()
    {
        Assert.That(Tensor.Ones([2, 3, 4]).ScaledDotProductAttention(Tensor.Ones([2, 0, 4]), Tensor.Ones([2, 0, 5])).Read<float>(), Has.Length.EqualTo(30).And.All.EqualTo(0));
        Tensor nowhere = Tensor.Zeros([2], DType.Bool);
        Assert.That(Losses.BinaryCrossEntropyWithLogits(Tensor.Ones([2]), Tensor.Ones([2]), known: nowhere).Item(), Is.Zero);
        Assert.That(Losses.CrossEntropy(Tensor.Ones([2, 3]), Tensor.From<long>([0, 1]), known: nowhere).Item(), Is.Zero);
    }
}
