using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Sizes and habits that small cases do not reach.</summary>
[TestFixture]
public sealed class StressTests
{
    [Test]
    public void A_chain_of_twenty_thousand_ops_is_differentiated_without_recursion()
    {
        // y = x + sin y has the derivative 1 / (1 - cos y) at its fixed point, which the chain reaches.
        Tensor x = Tensor.From<double>([2.5], [1]).Variable();
        Tensor y = x;
        for (int i = 0; i < 20_000; i++) y = y.Sin() + x;
        Assert.That(Autodiff.Gradient(y.Sum(), x).Item(), Is.EqualTo(1 / (1 - Math.Cos(y.Item()))).Within(1e-9));
    }

    [Test]
    public void Seventy_thousand_tensors_are_joined_by_one_op_and_differentiated()
    {
        const int count = 70_000;
        Tensor x = Tensor.From<double>([1, 2]).Variable();
        var parts = new Tensor[count];
        for (int i = 0; i < count; i++) parts[i] = x;
        Assert.That(Autodiff.Gradient(TensorMath.Concat(parts, 0).Sum(), x).Read<double>(), Is.All.EqualTo(count));
    }

    [Test]
    public void Ten_million_elements_go_through_the_parallel_paths_with_the_same_bits_on_any_number_of_threads()
    {
        const int count = 10_000_000;
        int threads = Settings.Threads;
        try
        {
            var results = new List<float[]>();
            foreach (int number in (int[])[1, 2, 3])
            {
                Settings.Threads = number;
                Tensor x = new Generator(Key.FromSeed(5)).Normal([count / 1000, 1000]);
                Tensor y = (x.Exp() * x.At(0, 3)).Softmax() + x.Transpose().Contiguous().Reshape(count / 1000, 1000);
                results.Add([(float)y.Sum().Item(), .. y.Sum(0).Read<float>(), .. y.LogSumExp(1).Read<float>()]);
            }

            Assert.That(results[1], Is.EqualTo(results[0]));
            Assert.That(results[2], Is.EqualTo(results[0]));
        }
        finally
        {
            Settings.Threads = threads;
        }
    }

    [Test]
    public void Four_threads_that_train_at_once_get_the_bits_that_each_gets_alone()
    {
        float[][] alone = [.. Enumerable.Range(0, 4).Select(Train)];
        var together = new float[4][];
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(seed => new Thread(() => together[seed] = Train(seed)))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        for (int seed = 0; seed < 4; seed++) Assert.That(together[seed], Is.EqualTo(alone[seed]), $"seed {seed}");
    }

    [Test]
    public void A_recomputed_function_inside_a_plan_replays_the_bits_of_eager()
    {
        Tensor w = new Generator(Key.FromSeed(1)).Normal([16, 16], DType.F64).Keep(), x = new Generator(Key.FromSeed(2)).Normal([8, 16], DType.F64).Keep();
        Tensor Step()
        {
            Tensor weights = w.Variable();
            Tensor hidden = Autodiff.Recompute(inputs => inputs[0].MatMul(weights).Tanh(), x);
            return Autodiff.Gradient(hidden.Square().Sum(), weights);
        }

        double[] eager = Step().Read<double>();
        Plan plan = Plan.Record(Step);
        plan.Run();
        Assert.That(plan.Output.Read<double>(), Is.EqualTo(eager));
    }

    static float[] Train(int seed)
    {
        var key = Key.FromSeed(seed);
        var network = new Mlp([8, 64, 64, 1], Activation.Silu);
        var parameters = new ParameterSet(network, key.Split("weights"));
        var optimizer = new Adam(parameters, 1e-2);
        var generator = new Generator(key.Split("data"));
        Plan plan = Plan.Record(() =>
        {
            Tensor x = generator.Normal([128, 8]);
            Tensor loss = Losses.MeanSquaredError(network.Forward(x), x.Sum(1, keepAxes: true).Sin());
            optimizer.Update(loss);
            return loss;
        });
        for (int i = 0; i < 100; i++) plan.Run();
        return parameters.Flat.Read<float>();
    }
}
