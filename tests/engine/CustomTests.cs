using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Functions with rules of their own.</summary>
[TestFixture]
public sealed class CustomTests
{
    static readonly double[] point = [0.3, -1.2, 2];

    static Tensor X => Tensor.From(point).Variable();

    // The square, with rules that say three times its derivative, so that they can be told from the op's own.
    static Tensor Tripled(Tensor x, bool forward = true) => Autodiff.Custom(
        "tripled", inputs => inputs[0].Square(),
        (inputs, _, cotangent) => [cotangent * inputs[0] * 6],
        forward ? (inputs, _, tangents) => tangents[0]! * inputs[0] * 6 : null, x);

    [Test]
    public void Rules_replace_those_of_the_ops_inside_in_both_modes()
    {
        Tensor x = X, y = Tripled(x);
        Assert.That(y.Read<double>(), Is.EqualTo(point.Select(v => v * v)));
        Assert.That(Autodiff.Gradient(y.Sum(), x).Read<double>(), Is.EqualTo(point.Select(v => 6 * v)).Within(1e-14));
        Assert.That(Autodiff.Jvp([y], [x], [Tensor.From([1.0, 1, 1])])[0].Read<double>(), Is.EqualTo(point.Select(v => 6 * v)).Within(1e-14));
    }

    [Test]
    public void Rules_can_be_differentiated_again()
    {
        Tensor v = Tensor.From([1.0, 2, 3]);
        Assert.That(Autodiff.HessianVector(x => Tripled(x).Sum(), X.Detach(), v).Read<double>(), Is.EqualTo(new double[] { 6, 12, 18 }).Within(1e-14));
        Tensor x = X;
        Tensor gradient = Autodiff.Gradient(Tripled(x, forward: false).Sum(), x, keepGraph: true);
        Assert.That(Autodiff.Gradient((gradient * v).Sum(), x).Read<double>(), Is.EqualTo(new double[] { 6, 12, 18 }).Within(1e-14));
    }

    [Test]
    public void A_rule_sees_the_output_and_may_give_null_for_zero()
    {
        Tensor x = X, y = X;
        Tensor product = Autodiff.Custom("first_only", inputs => (inputs[0] * inputs[1]).Exp(), (_, output, cotangent) => [cotangent * output, null], null, x, y);
        Tensor[] gradients = Autodiff.Gradients(product.Sum(), [x, y]);
        Assert.That(gradients[0].Read<double>(), Is.EqualTo(point.Select(v => Math.Exp(v * v))).Within(1e-12));
        Assert.That(gradients[1].Read<double>(), Is.EqualTo(new double[3]));
    }

    [Test]
    public void A_function_without_forward_rule_says_so_in_forward_mode()
    {
        Tensor x = X, y = Tripled(x, forward: false);
        Assert.That(() => Autodiff.Jvp([y], [x], [x.Detach()]), Throws.TypeOf<DerivativeException>().With.Message.Contains("tripled"));
    }

    [Test]
    public void A_rule_that_gives_too_few_cotangents_or_of_another_shape_is_an_error()
    {
        Tensor x = X;
        Tensor few = Autodiff.Custom("few", inputs => inputs[0] + inputs[1], (_, _, c) => [c], null, x, x), wide = Autodiff.Custom("wide", inputs => inputs[0].Sum(), (_, _, c) => [c], null, x);
        Assert.That(() => Autodiff.Gradient(few.Sum(), x), Throws.TypeOf<DerivativeException>().With.Message.Contains("few"));
        Assert.That(() => Autodiff.Gradient(wide, x), Throws.TypeOf<DerivativeException>().With.Message.Contains("wide"));
    }

    [Test]
    public void A_custom_function_replays_in_a_plan()
    {
        Tensor x = Tensor.From(point);
        Plan plan = Plan.Record(() =>
        {
            Tensor variable = x.Variable();
            return Autodiff.Gradient(Tripled(variable).Sum(), variable);
        });
        x.Write<double>([1, 2, 3]);
        plan.Run();
        Assert.That(plan.Output.Read<double>(), Is.EqualTo(new double[] { 6, 12, 18 }));
    }
}
