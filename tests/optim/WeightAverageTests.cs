using NUnit.Framework;

namespace Adjoint.Tests;

public sealed class WeightAverageTests
{
    [TestCase(0.01, 96.9949)]
    [TestCase(0.05, 16.9722)]
    [TestCase(0.10, 6.9372)]
    public void The_exponent_of_a_power_average_is_the_published_root(double width, double exponent)
    {
        double gamma = PowerAverage.Exponent(width);
        Assert.That(gamma, Is.EqualTo(exponent).Within(5e-5));
        double precision = 1 / (width * width);
        double left = (gamma * gamma * gamma) + (7 * gamma * gamma) + (16 * gamma) + 12, right = (gamma + 1) * precision;
        Assert.That(left / right, Is.EqualTo(1).Within(1e-13));
    }

    [Test]
    public void The_exponent_of_every_allowed_width_is_the_positive_root()
    {
        for (double width = 1e-4; width <= 0.28; width *= 1.1)
        {
            double gamma = PowerAverage.Exponent(width);

            // The relative deviation of the profile t^gamma on [0, 1], whose square is (gamma + 1)/((gamma + 2)²·(gamma + 3)).
            Assert.That(Math.Sqrt((gamma + 1) / ((gamma + 2) * (gamma + 2) * (gamma + 3))), Is.EqualTo(width).Within(1e-9 * width));
        }
    }

    [TestCase(1000, 0.90661)]
    [TestCase(10_000, 0.99025)]
    [TestCase(100_000, 0.99902)]
    public void Betas_of_a_power_average_are_the_published_ones(int step, double beta)
    {
        var average = new PowerAverage(new ParameterSet(new Toy(), Key.FromSeed(1)), 0.01);
        Assert.That(average.Kept(step), Is.EqualTo(beta).Within(5e-6));
        Assert.That(average.Kept(1), Is.Zero);
    }

    [Test]
    public void A_power_average_forgets_where_it_began_and_follows_its_recurrence()
    {
        var set = new ParameterSet(new Toy(), Key.FromSeed(1), DType.F64);
        var average = new PowerAverage(set, 0.1);
        double expected = double.NaN;
        for (int k = 1; k <= 8; k++)
        {
            double value = Math.Sin(k);
            Tensor.Full([set.Length], value, DType.F64).CopyInto(set.Flat);
            average.Update();
            double beta = Math.Pow(1 - (1.0 / k), average.Gamma + 1);
            expected = k == 1 ? value : (beta * expected) + ((1 - beta) * value);
            Assert.That(average.Average.Read<double>(), Has.All.EqualTo(expected).Within(k == 1 ? 0 : 1e-14));
        }
    }

    [TestCase(0.3)]
    [TestCase(0.99)]
    public void An_exponential_average_starts_from_the_parameters_and_follows_its_recurrence(double decay)
    {
        var set = new ParameterSet(new Toy(), Key.FromSeed(1), DType.F64);
        var average = new ExponentialAverage(set, decay);
        double[] expected = set.Flat.Read<double>();
        Assert.That(average.Average.Read<double>(), Is.EqualTo(expected));
        for (int k = 1; k <= 8; k++)
        {
            Tensor.Full([set.Length], Math.Sin(k), DType.F64).CopyInto(set.Flat);
            average.Update();
            for (int i = 0; i < expected.Length; i++) expected[i] = (decay * expected[i]) + ((1 - decay) * Math.Sin(k));
            Assert.That(average.Average.Read<double>(), Is.EqualTo(expected).Within(1e-14));
        }
    }

    [Test]
    public void An_average_given_to_an_optimiser_moves_as_one_that_is_called([Values] bool power, [Values] bool grouped, [Values] bool planned)
    {
        int seed = Seeds.Fresh();
        Assert.That(Train(attached: true), Is.EqualTo(Train(attached: false)), $"seed {seed}");

        (float[] Weights, float[] Average, double Steps) Train(bool attached)
        {
            ParameterGroup[] groups = grouped ? [new ParameterGroup(static name => name == "vector", 3, 0.02)] : [];
            var set = new ParameterSet(new Toy(), Key.FromSeed(seed), DType.F32, groups);
            WeightAverage average = power ? new PowerAverage(set, 0.1) : new ExponentialAverage(set, 0.9);
            var optimizer = new AdamW(set, 0.05) { Average = attached ? average : null, Clip = new GradientClip(set, 1) };
            void Step()
            {
                optimizer.Update([.. set.Values.ToArray().Select(static value => value.Detach().Sin())]);
                if (!attached) average.Update();
            }

            Plan? plan = planned ? Plan.Record(Step) : null;
            for (int i = planned ? 1 : 0; i < 6; i++)
            {
                if (plan is null) Step();
                else plan.Run();
            }

            return (set.Flat.Read<float>(), average.Average.Read<float>(), average.StepCount.Item());
        }
    }

    [Test]
    public void An_average_has_one_that_moves_it()
    {
        var set = new ParameterSet(new Toy(), Key.FromSeed(1));
        var average = new ExponentialAverage(set, 0.9);
        Assert.That(() => new Sgd(new ParameterSet(new Toy(), Key.FromSeed(1)), 1) { Average = average }, Throws.TypeOf<SettingException>().With.Message.Contains("another set"));
        _ = new Sgd(set, 1) { Average = average };
        Assert.That(() => new Sgd(set, 1) { Average = average }, Throws.TypeOf<SettingException>().With.Message.Contains("already"));
        Assert.That(average.Update, Throws.TypeOf<SettingException>().With.Message.Contains("Drop this call"));
    }

    [Test]
    public void An_average_of_parameters_that_stand_still_keeps_their_bits()
    {
        var set = new ParameterSet(new Toy(), Key.FromSeed(Seeds.Fresh()));
        WeightAverage[] averages = [new ExponentialAverage(set, 0.9), new PowerAverage(set, 0.05)];
        foreach (WeightAverage average in averages)
        {
            for (int i = 0; i < 30; i++) average.Update();
            Assert.That(average.Average.Read<float>(), Is.EqualTo(set.Flat.Read<float>()));
        }
    }

    [Test]
    public void A_swap_shows_the_average_and_gives_both_back_to_the_bit()
    {
        var model = new Mlp([3, 300, 2], Activation.Relu);
        var set = new ParameterSet(model, Key.FromSeed(Seeds.Fresh()));
        var average = new ExponentialAverage(set, 0.5);
        set.Flat.Write<float>([.. set.Flat.Read<float>().Select(static x => (x * 1.1f) + 0.3f)]);
        average.Update();
        float[] own = set.Flat.Read<float>(), averaged = average.Average.Read<float>();
        Tensor x = Tensor.Ones([4, 3]);
        float[] plain = model.Forward(x).Read<float>(), swapped;
        using (average.Swap())
        {
            Assert.That(set.Flat.Read<float>(), Is.EqualTo(averaged));
            swapped = model.Forward(x).Read<float>();
        }

        Assert.That(swapped, Is.Not.EqualTo(plain));
        Assert.That(set.Flat.Read<float>(), Is.EqualTo(own));
        Assert.That(average.Average.Read<float>(), Is.EqualTo(averaged));
        Assert.That(model.Forward(x).Read<float>(), Is.EqualTo(plain));
    }

    [Test]
    public void While_swapped_nothing_else_may_change_the_weights()
    {
        var set = new ParameterSet(new Toy(), Key.FromSeed(1));
        var average = new ExponentialAverage(set, 0.5);
        var optimizer = new Sgd(set, 1);
        IDisposable swap = average.Swap();
        Assert.That(average.Update, Throws.TypeOf<LifetimeException>());
        Assert.That(average.Swap, Throws.TypeOf<LifetimeException>());
        Assert.That(optimizer.Step, Throws.TypeOf<LifetimeException>());
        swap.Dispose();
        swap.Dispose();
        Assert.That(average.Update, Throws.Nothing);
    }

    [Test]
    public void A_derivative_that_saved_weights_before_a_swap_is_refused_afterwards()
    {
        var model = new Linear(3, 2);
        var set = new ParameterSet(model, Key.FromSeed(1));
        var average = new ExponentialAverage(set, 0.5);
        Tensor loss = model.Forward(Tensor.Ones([4, 3]).Variable()).Square().Sum();
        average.Swap().Dispose();
        Assert.That(() => Autodiff.Gradients(loss, set.Values), Throws.Nothing, "the weight's own gradient looks at the input only");
        Tensor x = Tensor.Ones([4, 3]).Variable();
        Tensor other = model.Forward(x).Sum();
        average.Swap().Dispose();
        Assert.That(() => Autodiff.Gradient(other, x), Throws.TypeOf<LifetimeException>());
    }
}
