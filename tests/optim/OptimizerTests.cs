using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Ten steps of each optimiser in f64 against the textbook recurrences written out on scalars.</summary>
public sealed class OptimizerTests
{
    const int Steps = 10;
    const double Rate = 0.05;
    const double Tolerance = 1e-13;

    /// <summary>One step of a reference: parameter, gradient, two states, step from 1, learning rate, weight decay.</summary>
    delegate double Reference(double p, double g, ref double first, ref double second, int step, double rate, double decay);

    static double Sgd(double p, double g, ref double first, double rate, double decay, double momentum, bool nesterov)
    {
        g += decay * p;
        first = (momentum * first) + g;
        return p - (rate * (nesterov ? g + (momentum * first) : momentum == 0 ? g : first));
    }

    static double Adam(double p, double g, ref double first, ref double second, int step, double rate, double decay, bool decoupled)
    {
        if (decoupled) p -= rate * decay * p;
        else g += decay * p;
        first = (0.9 * first) + (0.1 * g);
        second = (0.99 * second) + (0.01 * g * g);
        double mean = first / (1 - Math.Pow(0.9, step)), square = second / (1 - Math.Pow(0.99, step));
        return p - (rate * mean / (Math.Sqrt(square) + 1e-6));
    }

    [TestCase(0, false, 0)]
    [TestCase(0, false, 0.1)]
    [TestCase(0.9, false, 0)]
    [TestCase(0.9, false, 0.1)]
    [TestCase(0.8, true, 0)]
    [TestCase(0.8, true, 0.1)]
    public void Sgd_follows_the_scalar_recurrence(double momentum, bool nesterov, double decay) => Compare(
        set => new Sgd(set, Rate, momentum, nesterov, decay),
        (double p, double g, ref double first, ref double _, int _, double rate, double own) => Sgd(p, g, ref first, rate, own, momentum, nesterov),
        decay);

    [TestCase(0)]
    [TestCase(0.1)]
    public void Adam_follows_the_scalar_recurrence(double decay) => Compare(
        set => new Adam(set, Rate, 0.9, 0.99, 1e-6, decay),
        (double p, double g, ref double first, ref double second, int step, double rate, double own) => Adam(p, g, ref first, ref second, step, rate, own, false),
        decay);

    [TestCase(0)]
    [TestCase(0.1)]
    public void AdamW_follows_the_scalar_recurrence(double decay) => Compare(
        set => new AdamW(set, Rate, 0.9, 0.99, 1e-6, decay),
        (double p, double g, ref double first, ref double second, int step, double rate, double own) => Adam(p, g, ref first, ref second, step, rate, own, true),
        decay);

    [TestCase(0)]
    [TestCase(0.1)]
    public void Lion_follows_the_scalar_recurrence(double decay) => Compare(
        set => new Lion(set, Rate, 0.9, 0.99, decay),
        (double p, double g, ref double first, ref double _, int _, double rate, double own) =>
        {
            double sign = Math.Sign((0.9 * first) + (0.1 * g));
            first = (0.99 * first) + (0.01 * g);
            return (p * (1 - (rate * own))) - (rate * sign);
        },
        decay,
        grouped: decay > 0);

    [TestCase(0, false, 0)]
    [TestCase(0, false, 0.1)]
    [TestCase(0.9, false, 0.1)]
    [TestCase(0, true, 0.1)]
    public void RmsProp_follows_the_scalar_recurrence(double momentum, bool centred, double decay) => Compare(
        set => new RmsProp(set, Rate, 0.9, 1e-6, momentum, centred, decay),
        (double p, double g, ref double first, ref double second, int _, double rate, double own) =>
        {
            g += own * p;
            first = (0.9 * first) + (0.1 * g * g);
            if (centred) second = (0.9 * second) + (0.1 * g);
            double step = g / (Math.Sqrt(centred ? first - (second * second) : first) + 1e-6);
            if (momentum > 0) step = second = (momentum * second) + step;
            return p - (rate * step);
        },
        decay);

    [TestCase(0)]
    [TestCase(0.1)]
    public void Adagrad_follows_the_scalar_recurrence(double decay) => Compare(
        set => new Adagrad(set, Rate, 1e-8, decay),
        (double p, double g, ref double first, ref double _, int _, double rate, double own) =>
        {
            g += own * p;
            first += g * g;
            return p - (rate * g / (Math.Sqrt(first) + 1e-8));
        },
        decay);

    [Test]
    public void Groups_have_their_own_rate_and_decay() => Compare(
        set => new AdamW(set, Rate, 0.9, 0.99, 1e-6, 0.1),
        (double p, double g, ref double first, ref double second, int step, double rate, double own) => Adam(p, g, ref first, ref second, step, rate, own, true),
        0.1,
        grouped: true);

    [Test]
    public void Clipping_scales_the_gradient_as_a_whole_to_the_norm() => Compare(
        set => new Sgd(set, Rate, 0.9) { Clip = new GradientClip(set, 1.5) },
        (double p, double g, ref double first, ref double _, int _, double rate, double own) => Sgd(p, g, ref first, rate, own, 0.9, false),
        0,
        clip: 1.5);

    [Test]
    public void Clipping_leaves_small_gradients_and_reports_their_norm()
    {
        var toy = new Toy();
        var set = new ParameterSet(toy, Key.FromSeed(1), DType.F64);
        var optimizer = new Sgd(set, 1) { Clip = new GradientClip(set, 100) };
        double[] before = toy.Vector.Value.Read<double>();
        optimizer.Update([Tensor.Zeros([3, 5], DType.F64), Tensor.From<double>([3, 0, 0, 4, 0, 0, 0])]);
        Assert.That(optimizer.Clip!.Norm.Item(), Is.EqualTo(5));
        Assert.That(toy.Vector.Value.Read<double>(), Is.EqualTo(new[] { before[0] - 3, before[1], before[2], before[3] - 4, before[4], before[5], before[6] }));
    }

    [Test]
    public void A_gradient_of_nan_is_not_hidden_by_clipping()
    {
        var toy = new Toy();
        var set = new ParameterSet(toy, Key.FromSeed(1), DType.F64);
        var optimizer = new Sgd(set, 1) { Clip = new GradientClip(set, 1) };
        optimizer.Update([Tensor.Full([3, 5], double.NaN, DType.F64), Tensor.Zeros([7], DType.F64)]);
        Assert.That(optimizer.Clip!.Norm.Item(), Is.NaN);
        Assert.That(toy.Matrix.Value.Read<double>(), Has.All.NaN);
    }

    [Test]
    public void A_written_learning_rate_acts_on_the_next_step_and_schedules_write_it()
    {
        var toy = new Toy();
        var set = new ParameterSet(toy, Key.FromSeed(1), DType.F64);
        var optimizer = new Sgd(set, 0.5) { Schedule = Schedules.StepDecay(10, 0.1) };
        optimizer.ApplySchedule(25);
        Assert.That(optimizer.LearningRate.Item(), Is.EqualTo(0.005).Within(1e-18));
        optimizer.LearningRate.Write(0);
        double[] before = set.Flat.Read<double>();
        optimizer.Update([Tensor.Ones([3, 5], DType.F64), Tensor.Ones([7], DType.F64)]);
        Assert.That(set.Flat.Read<double>(), Is.EqualTo(before));
    }

    [Test]
    public void Settings_outside_their_meaning_are_refused()
    {
        var set = new ParameterSet(new Toy(), Key.FromSeed(1));
        Assert.Multiple(() =>
        {
            Assert.That(() => new Adam(set, double.NaN), Throws.TypeOf<SettingException>().With.Message.Contains("Learning rate"));
            Assert.That(() => new Adam(set, -1e-3), Throws.TypeOf<SettingException>());
            Assert.That(() => new Adam(set, beta1: 1), Throws.TypeOf<SettingException>().With.Message.Contains("beta1"));
            Assert.That(() => new Adam(set, beta2: -0.1), Throws.TypeOf<SettingException>().With.Message.Contains("beta2"));
            Assert.That(() => new Adam(set, epsilon: 0), Throws.TypeOf<SettingException>().With.Message.Contains("epsilon"));
            Assert.That(() => new AdamW(set, weightDecay: double.NaN), Throws.TypeOf<SettingException>().With.Message.Contains("decay"));
            Assert.That(() => new Sgd(set, double.PositiveInfinity), Throws.TypeOf<SettingException>());
            Assert.That(() => new Sgd(set, 1, momentum: 1), Throws.TypeOf<SettingException>());
            Assert.That(() => new Sgd(set, 1, nesterov: true), Throws.TypeOf<SettingException>().With.Message.Contains("Nesterov"));
            Assert.That(() => new GradientClip(set, -1), Throws.TypeOf<SettingException>());
            Assert.That(() => new ExponentialAverage(set, 1), Throws.TypeOf<SettingException>());
            Assert.That(() => new PowerAverage(set, 0.5), Throws.TypeOf<SettingException>());
            Assert.That(() => new ParameterGroup(static _ => true, double.NaN), Throws.TypeOf<SettingException>());
        });
    }

    [Test]
    public void Wrong_gradients_are_refused_before_anything_moves()
    {
        var set = new ParameterSet(new Toy(), Key.FromSeed(1));
        var optimizer = new Adam(set);
        Assert.That(() => optimizer.Update([Tensor.Ones([3, 5])]), Throws.TypeOf<ShapeException>().With.Message.Contains("1 gradients for 2"));
        Assert.That(() => optimizer.Update([Tensor.Ones([7]), Tensor.Ones([3, 5])]), Throws.TypeOf<ShapeException>().With.Message.Contains("matrix"));
        Assert.That(() => optimizer.Update([Tensor.Ones([3, 5], DType.F64), Tensor.Ones([7], DType.F64)]), Throws.TypeOf<DTypeException>());
        Assert.That(optimizer.StepCount.Item(), Is.Zero);
    }

    static void Compare(Func<ParameterSet, Optimizer> make, Reference reference, double decay, bool grouped = false, double clip = double.PositiveInfinity)
    {
        int seed = Seeds.Fresh();
        var random = new Random(seed);
        var toy = new Toy();
        ParameterGroup[] groups = grouped ? [new ParameterGroup(static name => name == "vector", 3, 0.02)] : [];
        var set = new ParameterSet(toy, Key.FromSeed(seed), DType.F64, groups);
        Optimizer optimizer = make(set);
        double[] expected = [.. toy.Matrix.Value.Read<double>(), .. toy.Vector.Value.Read<double>()];
        double[] first = new double[22], second = new double[22];
        for (int step = 1; step <= Steps; step++)
        {
            double[] gradient = Toy.Draw(random, 22);
            Tensor matrix = Tensor.From<double>(gradient.AsSpan(0, 15), [3, 5]), vector = Tensor.From<double>(gradient.AsSpan(15), [7]);
            optimizer.Update(grouped ? [vector, matrix] : [matrix, vector]);
            double norm = Math.Sqrt(gradient.Sum(static g => g * g)), scale = Math.Min(1, clip / (norm + 1e-6));
            for (int i = 0; i < 22; i++)
            {
                bool own = grouped && i >= 15;
                expected[i] = reference(expected[i], gradient[i] * scale, ref first[i], ref second[i], step, own ? 3 * Rate : Rate, own ? 0.02 : decay);
            }
        }

        double[] actual = [.. toy.Matrix.Value.Read<double>(), .. toy.Vector.Value.Read<double>()];
        Assert.That(actual, Is.EqualTo(expected).Within(Tolerance));
        Assert.That(optimizer.StepCount.Item(), Is.EqualTo(Steps));
    }
}
