using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The code of README.md, line by line, so that it compiles and does what it says.</summary>
public sealed class ReadmeExamples
{
    [Test]
    public void EveryLineOfTheExamplesIsCompiledHere()
    {
        string[] here = [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "house", "ReadmeExamples.cs")).Select(static line => line.Trim())];
        bool inside = false;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "README.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inside = line == "```csharp";
            else if (inside && line.Length > 0 && line != "using Adjoint;") Assert.That(here, Does.Contain(line.Trim()));
        }
    }

    [Test]
    public void DerivativesOfTheFirstExample()
    {
        Tensor x = Tensor.From<double>([1, 2, 3], [3]).Variable();
        Tensor loss = (x.Sin() * x.Exp()).Sum();
        Tensor gradient = Autodiff.Gradient(loss, x, keepGraph: true);
        Tensor second = Autodiff.Gradient(gradient.Sum(), x);                        // 2 eˣ cos x
        Tensor product = Autodiff.HessianVector(v => (v.Square() * v).Sum(), x, x);  // 6 x²
        Assert.That(second.Read<double>(), Is.EqualTo(x.Read<double>().Select(v => 2 * Math.Exp(v) * Math.Cos(v))).Within(1e-12));
        Assert.That(product.Read<double>(), Is.EqualTo(new double[] { 6, 24, 54 }).Within(1e-12));
    }

    [Test]
    public void TrainingStepOfTheSecondExample()
    {
        Tensor points = new Generator(Key.FromSeed(2)).Normal([256, 2]).Keep();
        Tensor labels = points.Slice(1, 0, 1).Squeeze(1).Greater(0).To(DType.I64);
        var network = new Mlp([2, 32, 32, 2], Activation.Relu);
        var parameters = new ParameterSet(network, Key.FromSeed(0));
        var optimizer = new Adam(parameters, 1e-2);
        var generator = new Generator(Key.FromSeed(1));

        Plan plan = Plan.Record(() =>
        {
            Tensor rows = generator.Integers([64], 0, points.Shape[0]);
            Tensor loss = Losses.CrossEntropy(network.Forward(points.Select(0, rows)), labels.Select(0, rows));
            optimizer.Update(loss);
            return loss;
        });
        for (int step = 1; step < 1000; step++) plan.Run();
        Assert.That(plan.Output.Item(), Is.LessThan(0.05));
    }
}
