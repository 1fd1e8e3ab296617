using NUnit.Framework;

namespace Adjoint.Tests;

public sealed class InitializerTests
{
    const int Outputs = 150;
    const int Inputs = 200;

    static (double Mean, double Deviation, double Largest) Moments(Initializer initializer)
    {
        double[] values = initializer([Outputs, Inputs], DType.F64, new Generator(Key.FromSeed(Seeds.Fresh()))).Read<double>();
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Average(x => (x - mean) * (x - mean))), values.Max(Math.Abs));
    }

    // 30,000 draws: the sample deviation of a normal is within 2 per cent at five standard deviations, that of a uniform within 1.3.
    static void Check(Initializer initializer, double deviation, bool uniform)
    {
        var (mean, actual, largest) = Moments(initializer);
        Assert.That(actual, Is.EqualTo(deviation).Within(0.02 * deviation));
        Assert.That(mean, Is.Zero.Within(5 * deviation / Math.Sqrt(Outputs * Inputs)));
        if (uniform) Assert.That(largest, Is.LessThanOrEqualTo(Math.Sqrt(3) * deviation).And.GreaterThan(0.99 * Math.Sqrt(3) * deviation));
        else Assert.That(largest, Is.GreaterThan(3 * deviation));
    }

    [Test]
    public void Uniform_has_its_bound() => Check(Initializers.Uniform(0.3), 0.3 / Math.Sqrt(3), true);

    [Test]
    public void Normal_has_its_deviation() => Check(Initializers.Normal(0.3), 0.3, false);

    [Test]
    public void Xavier_uses_both_fans([Values] bool uniform) =>
        Check(uniform ? Initializers.XavierUniform(2) : Initializers.XavierNormal(2), 2 * Math.Sqrt(2.0 / (Inputs + Outputs)), uniform);

    [Test]
    public void Kaiming_uses_the_fan_in_and_the_gain([Values] bool uniform) => Check(
        uniform ? Initializers.KaimingUniform(Activation.Relu.Gain) : Initializers.KaimingNormal(Activation.Relu.Gain), Math.Sqrt(2.0 / Inputs), uniform);

    [Test]
    public void Lecun_has_the_variance_of_the_inverse_fan_in() => Check(Initializers.LecunNormal, Math.Sqrt(1.0 / Inputs), false);

    [Test]
    public void The_default_of_linear_is_uniform_within_the_inverse_root_of_the_fan_in_for_weight_and_bias()
    {
        Check(Initializers.LinearDefault, 1 / Math.Sqrt(3 * Inputs), true);
        var layer = new Linear(16, 4000);
        _ = new ParameterSet(layer, Key.FromSeed(Seeds.Fresh()));
        Assert.That(layer.Bias!.Value.Read<float>().Max(Math.Abs), Is.LessThanOrEqualTo(0.25).And.GreaterThan(0.249));
    }

    [Test]
    public void Further_axes_count_into_the_fans()
    {
        double[] values = Initializers.KaimingUniform(1)([2, 25, 10, 10], DType.F64, new Generator(Key.FromSeed(Seeds.Fresh()))).Read<double>();
        double bound = Math.Sqrt(3.0 / 2500);
        Assert.That(values.Max(Math.Abs), Is.LessThanOrEqualTo(bound).And.GreaterThan(0.99 * bound));
    }

    [Test]
    public void Constants_are_constant_and_misuse_is_reported()
    {
        var generator = new Generator(Key.FromSeed(1));
        Assert.That(Initializers.Constant(2.5)([3], DType.F32, generator).Read<float>(), Has.All.EqualTo(2.5f));
        Assert.That(() => Initializers.Normal(-1), Throws.TypeOf<SettingException>());
        Assert.That(() => Initializers.LecunNormal([3], DType.F32, generator), Throws.TypeOf<ShapeException>());
        Assert.That(() => new ParameterSet(new Wrong(), Key.FromSeed(1)), Throws.TypeOf<ShapeException>().With.Message.Contains("weight"));
    }

    sealed class Wrong : Module
    {
        public Wrong() => Add("weight", [3], static (_, dtype, _) => Tensor.Zeros([2], dtype));
    }
}
