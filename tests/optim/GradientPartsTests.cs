using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Steps along gradients that come in parts: the bits of a step along their sum, for every optimiser.</summary>
[NonParallelizable]
public sealed class GradientPartsTests
{
    static readonly (string Name, Func<ParameterSet, WeightAverage?, GradientClip?, Optimizer> Make)[] optimizers =
    [
        ("sgd", static (set, average, clip) => new Sgd(set, 0.1) { Average = average, Clip = clip }),
        ("momentum", static (set, average, clip) => new Sgd(set, 0.1, 0.9) { Average = average, Clip = clip }),
        ("adam", static (set, average, clip) => new Adam(set, 0.1, weightDecay: 0.1) { Average = average, Clip = clip }),
        ("adamw", static (set, average, clip) => new AdamW(set, 0.1) { Average = average, Clip = clip }),
        ("lion", static (set, average, clip) => new Lion(set, 0.1) { Average = average, Clip = clip }),
        ("rmsprop", static (set, average, clip) => new RmsProp(set, 0.1) { Average = average, Clip = clip }),
        ("adagrad", static (set, average, clip) => new Adagrad(set, 0.1) { Average = average, Clip = clip }),
    ];

    sealed class Weights : Module
    {
        public Weights(int rows)
        {
            Add("first", [rows, 3], Initializers.Uniform(1));
            Add("second", [5], Initializers.Uniform(1));
        }
    }

    [Test]
    public void AStepAlongPartsIsOneAlongTheirSum(
        [Values(1, 7, 1000, 30_000)] int rows, [Values(1, 2, 3)] int count, [Values(1, 2)] int threads, [Values] bool follows, [Values] bool clips)
    {
        int before = Settings.Threads, seed = Seeds.Fresh();
        try
        {
            Settings.Threads = threads;
            foreach (var (name, make) in optimizers)
            {
                foreach (DType type in (DType[])[DType.F32, DType.F64])
                {
                    (Tensor parts, Tensor sum) = (Steps(make, rows, count, type, follows, clips, seed, inParts: true), Steps(make, rows, count, type, follows, clips, seed, inParts: false));
                    Assert.That(parts.To(DType.F64).Read<double>(), Is.EqualTo(sum.To(DType.F64).Read<double>()), $"{name}, {type}, seed {seed}");
                }
            }
        }
        finally
        {
            Settings.Threads = before;
        }
    }

    // Parameters and their average after three steps.
    static Tensor Steps(Func<ParameterSet, WeightAverage?, GradientClip?, Optimizer> make, int rows, int count, DType type, bool follows, bool clips, int seed, bool inParts)
    {
        var set = new ParameterSet(new Weights(rows), Key.FromSeed(seed), type);
        WeightAverage? average = follows ? new ExponentialAverage(set, 0.9) : null;
        Optimizer optimizer = make(set, average, clips ? new GradientClip(set, 0.5) : null);
        var generator = new Generator(Key.FromSeed(seed).Split("gradients"));
        var parts = new GradientParts(set, count);
        Plan? plan = null;
        Tensor[][] gradients = [.. Enumerable.Range(0, count).Select(_ => (Tensor[])[.. set.Parameters.Select(one => Tensor.Zeros(one.Shape, type))])];
        for (int step = 0; step < 3; step++)
        {
            foreach (Tensor one in gradients.SelectMany(static part => part)) generator.Normal(one.Shape, type).CopyInto(one);
            if (plan is null) plan = Plan.Record(Take);
            else plan.Run();
        }

        return average is null ? set.Flat : TensorMath.Concat([set.Flat, average.Average], 0);

        void Take()
        {
            if (inParts)
            {
                for (int part = 0; part < count; part++) parts.Put(part, gradients[part]);
                optimizer.Update(parts);
                return;
            }

            Tensor[] sum = gradients[0];
            for (int part = 1; part < count; part++) sum = [.. sum.Zip(gradients[part], static (one, other) => one + other)];
            optimizer.Update(sum);
        }
    }

    [Test]
    public void HalvesOfABatchSideBySideGiveTheStepOfTheWhole()
    {
        int seed = Seeds.Fresh();
        Tensor x = new Generator(Key.FromSeed(seed)).Normal([64, 6], DType.F64), y = x.Select(1, Tensor.From<long>([2])).Squeeze(1).Sin();
        (ParameterSet whole, ParameterSet halved) = (Set(out Linear first), Set(out Linear second));
        var optimizer = new Adam(whole, 0.01);
        var other = new Adam(halved, 0.01);
        var parts = new GradientParts(halved, 2);
        Plan step = Plan.Record(() => optimizer.Update(Loss(first, 0, 64)));
        Plan[] halves = [.. Enumerable.Range(0, 2).Select(half => Plan.Record(() => parts.Put(half, Autodiff.Gradients(Loss(second, 32 * half, 32 * (half + 1)), halved.Values))))];
        Plan sum = Plan.Record(() => other.Update(parts));
        for (int i = 0; i < 50; i++)
        {
            step.Run();
            Plan.RunTogether(halves);
            sum.Run();
        }

        Assert.That(halved.Flat.Read<double>(), Is.EqualTo(whole.Flat.Read<double>()).Within(1e-12), $"seed {seed}");

        ParameterSet Set(out Linear layer)
        {
            layer = new Linear(6, 1);
            return new ParameterSet(layer, Key.FromSeed(seed).Split("weights"), DType.F64);
        }

        Tensor Loss(Linear layer, int start, int end) => (layer.Forward(x.Slice(0, start, end)).Squeeze(1) - y.Slice(0, start, end)).Square().Sum() / 64;
    }

    [Test]
    public void PartsOfOtherShapesOrNoneAreErrors()
    {
        var set = new ParameterSet(new Weights(2), Key.FromSeed(0));
        var parts = new GradientParts(set, 2);
        Assert.That(() => new GradientParts(set, 0), Throws.TypeOf<SettingException>());
        Assert.That(() => new Adam(new ParameterSet(new Weights(2), Key.FromSeed(0))).Update(parts), Throws.TypeOf<SettingException>());
        Assert.That(() => parts.Put(0, [Tensor.Zeros([2, 3])]), Throws.TypeOf<ShapeException>().With.Message.StartsWith("Put: "));
        Assert.That(() => parts.Put(0, [Tensor.Zeros([3, 2]), Tensor.Zeros([5])]), Throws.TypeOf<ShapeException>());
        Assert.That(() => parts.Put(0, [Tensor.Zeros([2, 3], DType.F64), Tensor.Zeros([5], DType.F64)]), Throws.TypeOf<DTypeException>());
    }
}
