using Adjoint.Kernels;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>A whole training step, draws of the batch to moving averages, in a plan.</summary>
[NonParallelizable]
public sealed class TrainingPlanTests
{
    const int Seed = 7;

    /// <summary>A model with everything that training rewrites.</summary>
    sealed class Training
    {
        readonly Mlp model;
        readonly Generator generator = new(Key.FromSeed(Seed).Split("batches"));
        readonly Tensor target;

        public Training(ReadOnlySpan<int> sizes, Func<ParameterSet, Optimizer>? optimizer = null)
        {
            model = new Mlp(sizes, Activation.Silu);
            Set = new ParameterSet(model, Key.FromSeed(Seed));
            Optimizer = optimizer?.Invoke(Set) ?? new Adam(Set, 1e-2) { Clip = new GradientClip(Set, 0.5) };
            Exponential = new ExponentialAverage(Set, 0.95);
            Power = new PowerAverage(Set, 0.1);
            target = Tensor.Full([32, sizes[^1]], 0.25);
        }

        public ParameterSet Set { get; }

        public Optimizer Optimizer { get; }

        public ExponentialAverage Exponential { get; }

        public PowerAverage Power { get; }

        public Tensor Run()
        {
            Tensor x = generator.Normal([32, Set["layers.0.weight"].Shape[1]]);
            Tensor loss = Losses.MeanSquaredError(model.Forward(x), target);
            Optimizer.Update(loss);
            Exponential.Update();
            Power.Update();
            return loss;
        }

        public byte[][] Bits() =>
        [
            .. Optimizer.State.Concat(Exponential.State).Concat(Power.State).Concat(Set.State).Append(("", Optimizer.Gradient)).Select(static pair => Bytes(pair.Item2)),
        ];

        public void CopyInto(Training other)
        {
            Copy(Set, other.Set);
            Copy(Optimizer, other.Optimizer);
            Copy(Exponential, other.Exponential);
            Copy(Power, other.Power);
            other.generator.State.Write<long>(generator.State.Read<long>());
        }

        static void Copy(IHasState from, IHasState to) => to.Load(from.State.ToDictionary(static pair => pair.Name, static pair => pair.Value));

        static byte[] Bytes(Tensor tensor) => tensor.DType switch
        {
            DType.F32 => System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.Read<float>().AsSpan()).ToArray(),
            DType.F64 => System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.Read<double>().AsSpan()).ToArray(),
            _ => System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.Read<long>().AsSpan()).ToArray(),
        };
    }

    static Training Eager(ReadOnlySpan<int> sizes, int steps, Func<ParameterSet, Optimizer>? optimizer = null)
    {
        var training = new Training(sizes, optimizer);
        for (int i = 0; i < steps; i++)
        {
            using var step = Step.Begin();
            training.Run();
        }

        return training;
    }

    static Training Planned(ReadOnlySpan<int> sizes, int steps, Func<ParameterSet, Optimizer>? optimizer = null)
    {
        var training = new Training(sizes, optimizer);
        Plan plan = Plan.Record(training.Run);
        for (int i = 1; i < steps; i++) plan.Run();
        return training;
    }

    [Test]
    public void Fifty_replays_give_the_bits_of_fifty_eager_steps_with_adam_clipping_and_averages()
    {
        Training eager = Eager([4, 33, 17, 3], 50), planned = Planned([4, 33, 17, 3], 50);
        Assert.That(planned.Bits(), Is.EqualTo(eager.Bits()));
        Assert.That(planned.Optimizer.StepCount.Item(), Is.EqualTo(50));
        Assert.That(planned.Power.StepCount.Item(), Is.EqualTo(50));
    }

    [Test]
    public void Replays_of_momentum_give_the_bits_of_eager_steps([Values] bool nesterov)
    {
        Optimizer Make(ParameterSet set) => new Sgd(set, 1e-2, 0.9, nesterov, 1e-3);
        Assert.That(Planned([4, 9, 3], 20, Make).Bits(), Is.EqualTo(Eager([4, 9, 3], 20, Make).Bits()));
    }

    [Test]
    public void A_replay_of_the_whole_step_allocates_nothing()
    {
        var training = new Training([4, 33, 17, 3]);
        Plan plan = Plan.Record(training.Run);
        for (int i = 0; i < 3; i++) plan.Run();
        Assert.That(Allocation.Of(plan.Run), Is.Zero);
    }

    [Test]
    public void A_learning_rate_written_between_replays_takes_effect_in_the_next()
    {
        var training = new Training([4, 9, 3]);
        Plan plan = Plan.Record(training.Run);
        training.Optimizer.LearningRate.Write(0);
        float[] before = training.Set.Flat.Read<float>();
        plan.Run();
        Assert.That(training.Set.Flat.Read<float>(), Is.EqualTo(before));
        training.Optimizer.LearningRate.Write(1e-2);
        plan.Run();
        Assert.That(training.Set.Flat.Read<float>(), Is.Not.EqualTo(before));
    }

    [Test]
    public void One_thread_and_two_threads_give_the_same_bits()
    {
        int threads = Workers.Threads;
        try
        {
            Workers.Threads = 1;
            Training one = Planned([32, 200, 200, 3], 5);
            Workers.Threads = 2;
            Training two = Planned([32, 200, 200, 3], 5);
            Assert.That(two.Bits(), Is.EqualTo(one.Bits()));
        }
        finally
        {
            Workers.Threads = threads;
        }
    }

    [Test]
    public void State_that_was_saved_and_loaded_continues_with_the_same_bits()
    {
        Training straight = Eager([4, 9, 3], 20), first = Eager([4, 9, 3], 10), second = Eager([4, 9, 3], 3);
        first.CopyInto(second);
        for (int i = 0; i < 10; i++) second.Run();
        Assert.That(second.Bits(), Is.EqualTo(straight.Bits()));
    }

    [Test]
    public void State_cannot_be_made_or_loaded_inside_a_recorded_step()
    {
        var set = new ParameterSet(new Toy(), Key.FromSeed(Seed));
        Assert.That(() => Plan.Record(() => { _ = new Adam(set); }), Throws.TypeOf<PlanException>());
        Assert.That(() => Plan.Record(() => { _ = new ParameterSet(new Toy(), Key.FromSeed(Seed)); }), Throws.TypeOf<PlanException>());
        Assert.That(() => Plan.Record(() => set.Load(set.State.ToDictionary(static pair => pair.Name, static pair => pair.Value))), Throws.TypeOf<PlanException>());
    }

    [Test]
    public void An_update_gives_each_number_the_same_bits_wherever_it_lies()
    {
        int seed = Seeds.Fresh();
        const int Count = 1000;
        var generator = new Generator(Key.FromSeed(seed));
        Tensor gradient = generator.Normal([Count]), parameters = generator.Normal([Count]), moment = generator.Normal([Count]), square = generator.Uniform([Count]);
        Tensor rate = Tensor.Scalar(0.01, DType.F64), step = Tensor.Scalar(3, DType.I64), scale = Tensor.Scalar(0.7);
        var op = new UpdateAdam(0.9, 0.999, 1e-8, 0.01, true, 1);
        Tensor[] whole = [parameters.Clone(), moment.Clone(), square.Clone()], pieces = [parameters.Clone(), moment.Clone(), square.Clone()];
        Dispatch.RunInto(op, [gradient, rate, step, scale], whole);
        for (int start = 0, length = 1; start < Count; start += length, length = 1 + (length * 5 % 37))
        {
            int end = Math.Min(start + length, Count);
            Dispatch.RunInto(op, [gradient.Slice(0, start, end), rate, step, scale], [.. pieces.Select(piece => piece.Slice(0, start, end))]);
        }

        for (int i = 0; i < 3; i++) Assert.That(pieces[i].Read<float>(), Is.EqualTo(whole[i].Read<float>()));
    }
}
