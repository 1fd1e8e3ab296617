using NUnit.Framework;

namespace Adjoint.Tests;

public sealed class ScheduleTests
{
    [Test]
    public void Each_schedule_has_its_values_at_the_marks() => Assert.Multiple(() =>
    {
        Assert.That(Schedules.Constant(123), Is.EqualTo(1));
        Assert.That(Schedules.LinearWarmUp(4)(0), Is.EqualTo(0.25));
        Assert.That(Schedules.LinearWarmUp(4)(3), Is.EqualTo(1));
        Assert.That(Schedules.LinearWarmUp(4)(100), Is.EqualTo(1));
        Assert.That(Schedules.Cosine(100)(0), Is.EqualTo(1));
        Assert.That(Schedules.Cosine(100, 0.2)(50), Is.EqualTo(0.6).Within(1e-15));
        Assert.That(Schedules.Cosine(100, 0.2)(100), Is.EqualTo(0.2).Within(1e-15));
        Assert.That(Schedules.Cosine(100, 0.2)(500), Is.EqualTo(0.2).Within(1e-15));
        Assert.That(Schedules.StepDecay(10, 0.5)(9), Is.EqualTo(1));
        Assert.That(Schedules.StepDecay(10, 0.5)(20), Is.EqualTo(0.25));
        Assert.That(Schedules.Exponential(0.9)(2), Is.EqualTo(0.81).Within(1e-15));
        Assert.That(Schedules.InverseSquareRoot(4)(1), Is.EqualTo(0.5));
        Assert.That(Schedules.InverseSquareRoot(4)(3), Is.EqualTo(1));
        Assert.That(Schedules.InverseSquareRoot(4)(15), Is.EqualTo(0.5));
        Assert.That(Schedules.LinearWarmUp(4).Times(Schedules.Exponential(0.5))(1), Is.EqualTo(0.25));
    });

    [Test]
    public void Settings_outside_their_meaning_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => Schedules.LinearWarmUp(0), Throws.TypeOf<SettingException>());
        Assert.That(() => Schedules.Cosine(0), Throws.TypeOf<SettingException>());
        Assert.That(() => Schedules.Cosine(10, 2), Throws.TypeOf<SettingException>());
        Assert.That(() => Schedules.StepDecay(1, double.NaN), Throws.TypeOf<SettingException>());
        Assert.That(() => Schedules.Exponential(1.5), Throws.TypeOf<SettingException>());
        Assert.That(() => Schedules.InverseSquareRoot(0), Throws.TypeOf<SettingException>());
    });
}
