using CsCheck;
using NUnit.Framework;

namespace Adjoint.Tests.Properties;

/// <summary>Laws of attention, recurrent layers, losses and optimisers on random sizes and numbers, in f64. CsCheck prints the seed.</summary>
[TestFixture]
public sealed class SequenceProperties
{
    const int Samples = 60;

    // Random numbers in [-1, 1).
    static Tensor Draw(Random random, params int[] shape)
    {
        Shape sizes = Shape.Create(shape);
        return Tensor.From([.. Enumerable.Range(0, sizes.Elements).Select(_ => (2 * random.NextDouble()) - 1)], sizes);
    }

    static double Distance(Tensor x, Tensor y) => x.Count == 0 ? 0 : (x - y).Abs().Max().Item();

    static void Check(Func<Random, bool> law, int samples = Samples) => Gen.Int[0, int.MaxValue].Sample(seed => law(new Random(seed)), iter: samples, threads: 1);

    static (Tensor Q, Tensor K, Tensor V) Operands(Random random, int longest)
    {
        int batch = random.Next(1, 3), heads = random.Next(1, 4), queries = random.Next(1, longest), keys = random.Next(1, longest), depth = random.Next(1, 20), width = random.Next(1, 20);
        return (Draw(random, batch, heads, queries, depth) * 3, Draw(random, batch, heads, keys, depth), Draw(random, batch, heads, keys, width));
    }

    [Test]
    public void Attention_by_blocks_is_plain_attention_with_its_gradients_for_any_sizes_and_masks() => Check(random =>
    {
        var (q, k, v) = Operands(random, random.Next(8) == 0 ? 300 : 24);
        bool causal = random.Next(2) == 0;
        int[] own = [q.Shape[0], q.Shape[1], q.Shape[2], k.Shape[2]];
        for (int axis = 0; axis < 3; axis++) own[axis] = random.Next(2) == 0 ? 1 : own[axis];
        Tensor noise = Draw(random, own);
        Tensor? mask = random.Next(3) switch { 0 => null, 1 => noise.Greater(-0.2), _ => noise };
        Tensor[] Of(AttentionMemory memory)
        {
            Tensor[] x = [q.Variable(), k.Variable(), v.Variable()];
            Tensor y = x[0].ScaledDotProductAttention(x[1], x[2], mask, causal, memory: memory);
            return [y, .. Autodiff.Vjp([y], x, [y.Detach().Sin()])];
        }

        return Of(AttentionMemory.Linear).Zip(Of(AttentionMemory.Quadratic), Distance).Max() < 1e-12;
    });

    [Test]
    public void Results_of_attention_lie_within_the_hull_of_the_values() => Check(random =>
    {
        var (q, k, v) = Operands(random, 40);
        Tensor constant = v.Slice(-2, 0, 1).Expand(v.Shape), y = q.ScaledDotProductAttention(k, v, memory: AttentionMemory.Linear);
        bool within = (v.Max(-2, keepAxes: true) - y).Min().Item() > -1e-14 && (y - v.Min(-2, keepAxes: true)).Min().Item() > -1e-14;
        Tensor same = q.ScaledDotProductAttention(k, constant, memory: AttentionMemory.Linear);
        return within && Distance(same, constant.Slice(-2, 0, 1).Expand(same.Shape)) < 1e-14;
    });

    [Test]
    public void The_order_of_keys_and_values_changes_nothing() => Check(random =>
    {
        var (q, k, v) = Operands(random, 300);
        Tensor order = new Generator(Key.FromSeed(random.Next())).Permutation(k.Shape[2]);
        Tensor y = q.ScaledDotProductAttention(k, v, memory: AttentionMemory.Linear);
        return Distance(y, q.ScaledDotProductAttention(k.Select(2, order), v.Select(2, order), memory: AttentionMemory.Linear)) < 1e-13;
    });

    [Test]
    public void Later_keys_have_no_influence_on_causal_attention() => Check(random =>
    {
        var (q, k, v) = Operands(random, 200);
        int seen = random.Next(1, 1 + Math.Min(q.Shape[2], k.Shape[2]));
        Tensor changed = TensorMath.Concat([k.Slice(2, 0, seen), Draw(random, [.. k.Slice(2, seen).Shape])], 2);
        Tensor y = q.ScaledDotProductAttention(k, v, causal: true, memory: AttentionMemory.Linear), other = q.ScaledDotProductAttention(changed, v, causal: true, memory: AttentionMemory.Linear);
        return Distance(y.Slice(2, 0, seen), other.Slice(2, 0, seen)) == 0;
    });

    [Test]
    public void A_query_that_sees_no_key_gets_zeros_and_gives_no_derivative() => Check(random =>
    {
        var (q, k, v) = Operands(random, 30);
        int hidden = random.Next(q.Shape[2]);
        Tensor mask = Tensor.Range(q.Shape[2]).Reshape([q.Shape[2], 1]).NotEqual(hidden).Expand([q.Shape[2], k.Shape[2]]);
        AttentionMemory memory = random.Next(2) == 0 ? AttentionMemory.Linear : AttentionMemory.Quadratic;
        Tensor x = q.Variable(), y = x.ScaledDotProductAttention(k, v, mask, memory: memory), slope = Autodiff.Gradient(y.Square().Sum(), x);
        return y.At(2, hidden).Abs().Max().Item() == 0 && slope.At(2, hidden).Abs().Max().Item() == 0 && y.Equal(y).To(DType.F64).Min().Item() == 1;
    });

    [Test]
    public void Permuted_tokens_give_permuted_results_of_an_encoder() => Check(random =>
    {
        var layer = new TransformerEncoderLayer(8, 2, 12, Activation.Gelu, normFirst: random.Next(2) == 0);
        _ = new ParameterSet(layer, Key.FromSeed(random.Next()), DType.F64);
        int tokens = random.Next(1, 20);
        Tensor x = Draw(random, 2, tokens, 8), order = new Generator(Key.FromSeed(random.Next())).Permutation(tokens);
        return Distance(layer.Forward(x).Select(1, order), layer.Forward(x.Select(1, order))) < 1e-12;
    });

    [Test]
    public void Decoding_with_a_cache_gives_what_causal_attention_gives_at_once() => Check(random =>
    {
        int tokens = random.Next(2, 9), batch = random.Next(1, 3), first = random.Next(1, tokens);
        var model = new TransformerEncoder([new(6, 3, 8), new(6, 2, 8, normFirst: true)]);
        _ = new ParameterSet(model, Key.FromSeed(random.Next()), DType.F64);
        Tensor x = Draw(random, batch, tokens, 6), expected = model.Forward(x, null, causal: true);
        AttentionCache[] caches = [new(batch, 3, tokens, 2, DType.F64), new(batch, 2, tokens, 3, DType.F64)];
        Tensor start = model.Forward(x.Slice(1, 0, first), caches);
        Tensor token = x.Slice(1, first, first + 1).Clone();
        Plan plan = Plan.Record(() => model.Forward(token, caches));
        double worst = Math.Max(Distance(start, expected.Slice(1, 0, first)), Distance(plan.Output, expected.Slice(1, first, first + 1)));
        for (int i = first + 1; i < tokens; i++)
        {
            x.Slice(1, i, i + 1).CopyInto(token);
            plan.Run();
            worst = Math.Max(worst, Distance(plan.Output, expected.Slice(1, i, i + 1)));
        }

        return worst < 1e-12;
    }, 20);

    [Test]
    public void Recurrent_layers_over_a_sequence_are_their_cells_step_by_step() => Check(random =>
    {
        int inputs = random.Next(1, 6), hidden = random.Next(1, 8), batch = random.Next(1, 4), steps = random.Next(1, 7);
        Tensor x = Draw(random, batch, steps, inputs);
        var gru = new Gru(inputs, hidden);
        var lstm = new Lstm(inputs, hidden);
        var gruCell = new GruCell(inputs, hidden);
        var lstmCell = new LstmCell(inputs, hidden);
        var layers = new ParameterSet(new Composite(("gru", gru), ("lstm", lstm)), Key.FromSeed(1), DType.F64);
        var cells = new ParameterSet(new Composite(("gru", gruCell), ("lstm", lstmCell)), Key.FromSeed(2), DType.F64);
        cells.Load(layers.State.ToDictionary(one => one.Name.Replace("_l0", "", StringComparison.Ordinal), one => one.Value));
        Tensor state = Tensor.Zeros([batch, hidden], DType.F64);
        var other = new LstmState(state, state);
        for (int step = 0; step < steps; step++)
        {
            state = gruCell.Forward(x.At(1, step), state);
            other = lstmCell.Forward(x.At(1, step), other);
        }

        var (outputs, last) = lstm.Forward(x, null);
        return Distance(gru.Forward(x).At(1, -1), state) < 1e-13 && Distance(outputs.At(1, -1), other.Hidden) < 1e-13 && Distance(last[0].Memory, other.Memory) < 1e-13;
    });

    [Test]
    public void Slots_have_weights_with_the_sum_one_whatever_the_order_of_the_inputs() => Check(random =>
    {
        int slots = random.Next(1, 6), inputs = random.Next(1, 20), depth = random.Next(1, 8);
        Tensor queries = Draw(random, 2, slots, depth), keys = Draw(random, 2, inputs, depth), weights = queries.SlotWeights(keys);
        Tensor order = new Generator(Key.FromSeed(random.Next())).Permutation(inputs);
        return Distance(weights.Sum(-1), Tensor.Ones([2, slots], DType.F64)) < 1e-13 && Distance(weights.Select(2, order), queries.SlotWeights(keys.Select(1, order))) < 1e-13;
    });

    [Test]
    public void LBfgs_solves_convex_quadratics_in_about_as_many_directions_as_unknowns() => Check(random =>
    {
        int size = random.Next(2, 9);
        Tensor root = Draw(random, size, size), matrix = root.MatMul(root.Transpose()) + Tensor.Eye(size, DType.F64), right = Draw(random, size);
        var model = new Unknowns(size);
        var set = new ParameterSet(model, Key.FromSeed(random.Next()), DType.F64);
        var optimizer = new LBfgs(set, iterationsPerStep: 3 * size, evaluationsPerStep: 100, gradientTolerance: 1e-9, changeTolerance: 1e-14);
        for (int i = 0; i < 2; i++) optimizer.Step(() => (0.5 * (model.Values.Value * matrix.MatMul(model.Values.Value)).Sum()) - (right * model.Values.Value).Sum());
        return Distance(matrix.MatMul(model.Values.Value.Detach()), right) < 1e-5;
    }, 25);

    [Test]
    public void Missing_labels_leave_the_loss_of_the_rest() => Check(random =>
    {
        int rows = random.Next(1, 8), classes = random.Next(2, 6);
        Tensor logits = Draw(random, rows, classes) * 4, targets = Draw(random, rows, classes).Greater(0).To(DType.F64), known = Draw(random, rows).Greater(-0.3);
        long[] kept = [.. Enumerable.Range(0, rows).Where(i => known.Read<bool>()[i]).Select(i => (long)i)];
        if (kept.Length == 0) return true;
        Tensor rest = Tensor.From(kept), all = known.Reshape([rows, 1]).Expand(targets.Shape);
        Tensor holes = TensorMath.Where(all, targets, Tensor.Full(Shape.Scalar, double.NaN, DType.F64));
        Tensor labels = targets.ArgMax(-1);
        double binary = Losses.BinaryCrossEntropyWithLogits(logits.Select(0, rest), targets.Select(0, rest)).Item();
        double several = Losses.CrossEntropy(logits.Select(0, rest), labels.Select(0, rest), smoothing: 0.1).Item();
        return Math.Abs(Losses.BinaryCrossEntropyWithLogits(logits, holes, missingAsNaN: true).Item() - binary) < 1e-13
            && Math.Abs(Losses.BinaryCrossEntropyWithLogits(logits, targets, known: all).Item() - binary) < 1e-13
            && Math.Abs(Losses.CrossEntropy(logits, labels, smoothing: 0.1, known: known).Item() - several) < 1e-13
            && Math.Abs(Losses.CrossEntropy(logits, TensorMath.Where(known, labels, Tensor.Scalar(-100, DType.I64)), smoothing: 0.1, ignored: -100).Item() - several) < 1e-13;
    });

    [Test]
    public void Huber_is_half_the_square_for_a_wide_band_and_the_distance_for_a_narrow_one() => Check(random =>
    {
        int count = random.Next(1, 20);
        Tensor x = Draw(random, count), y = Draw(random, count);
        double narrow = Losses.SmoothL1(x, y, 1e-9).Item(), distance = (x - y).Abs().Mean().Item();
        return Math.Abs(Losses.Huber(x, y, 1e3).Item() - (0.5 * Losses.MeanSquaredError(x, y).Item())) < 1e-14 && Math.Abs(narrow - distance) < 1e-8;
    });

    [Test]
    public void A_mixture_of_equal_parts_is_its_part_and_its_density_sums_to_one() => Check(random =>
    {
        int parts = random.Next(1, 6), size = random.Next(1, 4);
        Tensor logits = Draw(random, 3, parts), mean = Draw(random, 3, 1, size), scale = Draw(random, 3, 1, size), y = Draw(random, 3, size);
        Tensor mixed = Losses.MixtureLogDensity(logits, mean.Expand([3, parts, size]), scale.Expand([3, parts, size]), y);
        Tensor single = Losses.MixtureLogDensity(Tensor.Zeros([3, 1], DType.F64), mean, scale, y);
        Tensor grid = Tensor.Range(4001, -20, 0.01, DType.F64), own = Draw(random, 1, parts);
        Tensor density = Losses.MixtureLogDensity(own.Expand([4001, parts]), Draw(random, 1, parts).Expand([4001, parts]), (0.3 * Draw(random, 1, parts)).Expand([4001, parts]), grid);
        return Distance(mixed, single) < 1e-12 && Math.Abs((density.Exp().Sum().Item() * 0.01) - 1) < 1e-9;
    }, 20);

    [Test]
    public void Hard_Gumbel_draws_are_one_hot_with_the_frequencies_of_the_softmax() => Check(random =>
    {
        int classes = random.Next(2, 6);
        Tensor logits = Draw(random, classes).Expand([4000, classes]).Variable();
        Tensor drawn = new Generator(Key.FromSeed(random.Next())).GumbelSoft(logits, 0.5, hard: true);
        double[] frequencies = drawn.Detach().Mean(0).Read<double>(), expected = logits.Detach().At(0, 0).Softmax().Read<double>();
        bool isOneHot = Distance(drawn.Detach().Max(-1), Tensor.Ones([4000], DType.F64)) < 1e-14 && Distance(drawn.Detach().Sum(-1), Tensor.Ones([4000], DType.F64)) < 1e-14;
        return isOneHot && frequencies.Zip(expected, (f, p) => Math.Abs(f - p)).Max() < 0.05 && Autodiff.Gradient((drawn * drawn.Detach()).Sum(), logits).Abs().Max().Item() > 0;
    }, 10);

    [Test]
    public void Attention_by_blocks_takes_memory_linear_in_the_length()
    {
        static long Bytes(int length, AttentionMemory memory)
        {
            Tensor x = Tensor.Full([2, length, 8], 0.5).Clone();
            return Plan.Record(() =>
            {
                Tensor[] variables = [x.Variable(), x.Variable(), x.Variable()];
                Tensor y = variables[0].ScaledDotProductAttention(variables[1], variables[2], memory: memory);
                return Autodiff.Vjp([y], variables, [y.Detach()]);
            }).ArenaBytes;
        }

        long half = Bytes(512, AttentionMemory.Linear), whole = Bytes(1024, AttentionMemory.Linear);
        Assert.That(whole, Is.LessThan(2.2 * half), "linear");
        Assert.That(Bytes(1024, AttentionMemory.Quadratic), Is.GreaterThan(20 * whole), "quadratic");
    }

    sealed class Unknowns : Module
    {
        public Unknowns(int size) => Values = Add("values", [size], Initializers.Normal(1));

        public Parameter Values { get; }
    }
}
