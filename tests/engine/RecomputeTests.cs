using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Checkpointing: the same values and derivatives, with less kept.</summary>
[TestFixture]
public sealed class RecomputeTests
{
    static Tensor W => Tensor.From(new[,] { { 0.5, -1, 0.2 }, { 0.1, 0.7, -0.4 }, { 1, 0.3, 0.6 } }).Variable();

    static Tensor X => Tensor.From(new[,] { { 0.2, -0.3, 0.9 }, { 1, 0.4, -0.8 } }).Variable();

    static Tensor Block(Tensor x, Tensor w) => x.MatMul(w).Tanh().MatMul(w).Sigmoid();

    [Test]
    public void Values_and_gradients_are_those_of_the_plain_function_for_captured_parameters_too()
    {
        Tensor x = X, w = W;
        Tensor plain = Block(x, w), again = Autodiff.Recompute(inputs => Block(inputs[0], w), x);
        Assert.That(again.Read<double>(), Is.EqualTo(plain.Read<double>()));
        Tensor[] expected = Autodiff.Gradients(plain.Square().Sum(), [x, w]), actual = Autodiff.Gradients(again.Square().Sum(), [x, w]);
        for (int i = 0; i < 2; i++) Assert.That(actual[i].Read<double>(), Is.EqualTo(expected[i].Read<double>()).Within(1e-15));
        Assert.That(expected[1].Read<double>().Sum(Math.Abs), Is.GreaterThan(0.1));
    }

    [Test]
    public void Derivatives_reach_what_a_captured_tensor_was_computed_from()
    {
        Tensor x = X, w = W, scaled = w * 3;
        Tensor actual = Autodiff.Gradient(Autodiff.Recompute(inputs => Block(inputs[0], scaled), x).Sum(), w);
        Assert.That(actual.Read<double>(), Is.EqualTo(Autodiff.Gradient(Block(x, w * 3).Sum(), w).Read<double>()).Within(1e-14));
    }

    [Test]
    public void A_function_that_returns_what_it_captures_passes_the_derivative_on()
    {
        Tensor x = X, w = W, scaled = w * 3;
        Assert.That(Autodiff.Gradient(Autodiff.Recompute(_ => w, x).Sum(), w).Read<double>(), Is.All.EqualTo(1));
        Assert.That(Autodiff.Gradient(Autodiff.Recompute(_ => scaled, x).Sum(), w).Read<double>(), Is.All.EqualTo(3));
        Assert.That(Autodiff.Gradient(Autodiff.Recompute(inputs => inputs[0], x).Sum(), x).Read<double>(), Is.All.EqualTo(1));
    }

    [Test]
    public void What_is_captured_may_have_been_computed_from_something_else_that_is_captured()
    {
        Tensor v = Tensor.From(new[,] { { 1, -1, 0.5 }, { 0.3, 2, 1 }, { -0.7, 0.1, 0.4 } });
        double[][] Derivatives(bool recompute)
        {
            Tensor x = X, w = W, first = w.Sin(), second = first.Square() + w;
            Tensor Mix(Tensor start) => start.MatMul(first).MatMul(second).MatMul(w).Tanh().Square().Sum();
            Tensor y = recompute ? Autodiff.Recompute(inputs => Mix(inputs[0]), x) : Mix(x);
            Tensor gradient = Autodiff.Gradient(y, w, keepGraph: true);
            return [gradient.Read<double>(), Autodiff.Gradient(y, first).Read<double>(), Autodiff.Jvp([y], [w], [v])[0].Read<double>(),
                Autodiff.Gradient((gradient * v).Sum(), w).Read<double>(), Autodiff.Jvp([gradient], [w], [v])[0].Read<double>()];
        }

        double[][] expected = Derivatives(false), actual = Derivatives(true);
        for (int i = 0; i < expected.Length; i++) Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-12), $"derivative {i}");
    }

    [Test]
    public void Second_derivatives_agree_in_every_mixture_of_the_modes()
    {
        Tensor v = Tensor.From(new[,] { { 1, -1, 0.5 }, { 0.3, 2, 1 } });
        double[] Product(bool recompute, bool forwardFirst)
        {
            Tensor x = X, w = W;
            Tensor y = (recompute ? Autodiff.Recompute(inputs => Block(inputs[0], w), x) : Block(x, w)).Square().Sum();
            if (forwardFirst) return Autodiff.Gradient(Autodiff.Jvp([y], [x], [v], keepGraph: true)[0], x).Read<double>();
            Tensor gradient = Autodiff.Gradient(y, x, keepGraph: true);
            double[] reverse = Autodiff.Gradient((gradient * v).Sum(), x).Read<double>(), forward = Autodiff.Jvp([gradient], [x], [v])[0].Read<double>();
            Assert.That(reverse, Is.EqualTo(forward).Within(1e-13));
            return reverse;
        }

        Assert.That(Product(true, false), Is.EqualTo(Product(false, false)).Within(1e-13));
        Assert.That(Product(true, true), Is.EqualTo(Product(false, true)).Within(1e-13));
    }

    [Test]
    public void Mixed_second_derivatives_by_a_captured_parameter_agree()
    {
        double[] Mixed(bool recompute)
        {
            Tensor x = X, w = W;
            Tensor y = (recompute ? Autodiff.Recompute(inputs => Block(inputs[0], w), x) : Block(x, w)).Square().Sum();
            return Autodiff.Gradient(Autodiff.Gradient(y, x, keepGraph: true).Square().Sum(), w).Read<double>();
        }

        Assert.That(Mixed(true), Is.EqualTo(Mixed(false)).Within(1e-13));
    }

    [Test]
    public void The_tape_keeps_fewer_tensors()
    {
        Tensor x = X, w = W;
        Tensor Deep(Tensor start)
        {
            for (int i = 0; i < 10; i++) start = start.MatMul(w).Tanh();
            return start;
        }

        Assert.That(Saved(Autodiff.Recompute(inputs => Deep(inputs[0]), x)), Is.LessThan(Saved(Deep(x)) / 3));
    }

    static int Saved(Tensor result)
    {
        var seen = new HashSet<Node>();
        var storages = new HashSet<Storage>();
        void Visit(Node? node)
        {
            if (node is null || !seen.Add(node)) return;
            foreach (Edge edge in (Edge[])[.. node.Inputs, .. node.Outputs])
            {
                if (node.Op is not null && edge.Saved is { } saved) storages.Add(saved.Storage);
                Visit(edge.Source);
            }
        }

        Visit(result.Node);
        return storages.Count;
    }

    [Test]
    public void Without_recording_the_function_just_runs()
    {
        Tensor x = X;
        using (Autodiff.Pause()) Assert.That(Autodiff.Recompute(inputs => inputs[0].Exp(), x).IsTracked, Is.False);
    }
}
