using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>A smoke test through every layer in a few seconds: <c>dotnet test -c Release --filter Tiny</c>.</summary>
public sealed class TinyTests
{
    [Test]
    public void KernelsTensorTapePlanLayersOptimiserFilesAndCommandWorkTogether()
    {
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"tiny-{Environment.ProcessId}");
        try
        {
            // Tape: a second derivative with a closed form.
            Tensor x = Tensor.From<double>([0.5, 1, 2], [3]).Variable();
            Tensor slope = Autodiff.Gradient((x.Sin() * x.Exp()).Sum(), x, keepGraph: true);
            double[] curvature = Autodiff.Gradient(slope.Sum(), x).Read<double>();
            Assert.That(curvature, Is.EqualTo(x.Read<double>().Select(v => 2 * Math.Exp(v) * Math.Cos(v))).Within(1e-12));

            // Layers, optimiser, plan: y = sin 3x is learned, and replays give the bits of eager steps.
            float[] planned = Train(plan: true, out ParameterSet trained), eager = Train(plan: false, out _);
            Assert.That(planned[^1], Is.LessThan(0.02f).And.LessThan(planned[0] / 10));
            Assert.That(planned, Is.EqualTo(eager));

            // Files: weights survive the way through a file.
            Directory.CreateDirectory(folder);
            string file = Path.Combine(folder, "weights.safetensors");
            Safetensors.Write(file, trained.State);
            foreach (var (name, value) in trained.State)
                Assert.That(Safetensors.Read(file).Tensors[name].Read<float>(), Is.EqualTo(value.Read<float>()), name);

            // Command: a model is trained into a folder with a report.
            string run = Path.Combine(folder, "run");
            var output = new StringWriter();
            var errors = new StringWriter();
            int exit = Commands.AdjointCommand.Run(
                ["train", "flow-matching", "--steps", "5", "--set", "width=16", "blocks=1", "batch=8", "solver=heun", "solver-steps=2", "--out", run, "--json"], output, errors);
            Assert.That(exit, Is.Zero, errors.ToString());
            Assert.That(output.ToString().TrimEnd().Split('\n')[^1], Does.Contain("\"event\":\"result\"").And.Contain("nn_accuracy"));
            Assert.That(Path.Combine(run, "report.html"), Does.Exist);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    static float[] Train(bool plan, out ParameterSet parameters)
    {
        var key = Key.FromSeed(3);
        var network = new Mlp([1, 32, 32, 1], Activation.Tanh);
        parameters = new ParameterSet(network, key.Split("weights"));
        var optimizer = new Adam(parameters, 1e-2);
        var generator = new Generator(key.Split("data"));
        Tensor Step()
        {
            Tensor x = generator.Uniform([64, 1], -1, 1);
            Tensor loss = Losses.MeanSquaredError(network.Forward(x), (x * 3).Sin());
            optimizer.Update(loss);
            return loss;
        }

        var losses = new float[200];
        Plan? recorded = null;
        for (int i = 0; i < losses.Length; i++)
        {
            using var step = Adjoint.Step.Begin();
            if (!plan) losses[i] = (float)Step().Item();
            else
            {
                if (recorded is null) recorded = Plan.Record(Step);
                else recorded.Run();
                losses[i] = (float)recorded.Output.Item();
            }
        }

        return losses;
    }
}
