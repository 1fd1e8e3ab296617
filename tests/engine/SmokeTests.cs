using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>The shortest path through every layer: creation, an op, the tape, a plan.</summary>
[TestFixture]
public sealed class SmokeTests
{
    [Test]
    public void Gradient_of_a_mean_square_is_two_over_n_times_x()
    {
        Tensor x = Tensor.From([1.0, -2.0, 3.0, 4.0]).Variable();
        Assert.That(Autodiff.Gradient(x.Square().Mean(), x).Read<double>(), Is.EqualTo(new[] { 0.5, -1, 1.5, 2 }));
    }
}
