using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Lifetimes of what a step makes.</summary>
[TestFixture]
public sealed class StepTests
{
    [Test]
    public void A_tensor_of_an_ended_step_cannot_be_read()
    {
        Tensor stale;
        using (Step.Begin()) stale = Tensor.Ones([4]) + 1;
        Assert.That(() => stale.Read<float>(), Throws.TypeOf<LifetimeException>());
        Assert.That(() => stale + 1, Throws.TypeOf<LifetimeException>());
        using (Step.Begin()) Assert.That(() => stale.Item(), Throws.InstanceOf<AdjointException>(), "nor in a later step that uses the same memory");
    }

    [Test]
    public void Keep_carries_a_tensor_out_without_its_derivatives()
    {
        Tensor x = Tensor.From([1.0, 2]).Variable(), kept;
        using (Step.Begin()) kept = (x * 3).Keep();
        using (Step.Begin()) _ = Tensor.Full([64], 7, DType.F64);
        Assert.That(kept.Read<double>(), Is.EqualTo(new double[] { 3, 6 }));
        Assert.That(kept.IsTracked, Is.False);
    }

    [Test]
    public void Steps_nest_and_the_outer_ones_tensors_outlive_the_inner()
    {
        using var outer = Step.Begin();
        Tensor before = Tensor.Full([100], 1);
        Tensor inside;
        using (Step.Begin()) inside = before + 1;
        Tensor after = Tensor.Full([100], 3);
        Assert.That(() => inside.Read<float>(), Throws.TypeOf<LifetimeException>());
        Assert.That(before.Read<float>(), Is.All.EqualTo(1));
        Assert.That(after.Read<float>(), Is.All.EqualTo(3));
    }

    [Test]
    public void Ending_steps_out_of_order_is_an_error()
    {
        Step outer = Step.Begin(), inner = Step.Begin();
        Assert.That(outer.Dispose, Throws.TypeOf<LifetimeException>());
        inner.Dispose();
        outer.Dispose();
        Assert.That(outer.Dispose, Throws.TypeOf<LifetimeException>());
    }

    [Test]
    public void Tensors_larger_than_a_block_and_many_small_ones_do_not_overlap()
    {
        for (int round = 0; round < 3; round++)
        {
            using var step = Step.Begin();
            var tensors = new List<Tensor>();
            for (int i = 0; i < 200; i++) tensors.Add(Tensor.Full([i % 50 == 7 ? 400_000 : i], i, DType.F64));
            for (int i = 0; i < 200; i++) Assert.That(tensors[i].Read<double>().All(x => x == i), Is.True, $"tensor {i}");
        }
    }

    [Test]
    public void Each_thread_has_steps_of_its_own()
    {
        using var step = Step.Begin();
        Tensor mine = Tensor.Full([10], 5);
        Tensor? theirs = null;
        var thread = new Thread(() =>
        {
            theirs = Tensor.Full([10], 6);
            using (Step.Begin()) _ = Tensor.Full([10], 7);
        });
        thread.Start();
        thread.Join();
        Assert.That(mine.Read<float>(), Is.All.EqualTo(5));
        Assert.That(theirs!.Read<float>(), Is.All.EqualTo(6));
    }

    [Test]
    public void A_gradient_within_a_step_can_update_a_parameter_outside()
    {
        Tensor parameter = Tensor.From([1.0, -2]);
        for (int i = 0; i < 50; i++)
        {
            using var step = Step.Begin();
            Tensor x = parameter.Variable();
            (x - (Autodiff.Gradient(x.Square().Sum(), x) * 0.1)).CopyInto(parameter);
        }

        Assert.That(parameter.Read<double>(), Is.EqualTo(new[] { 1, -2.0 }.Select(x => x * Math.Pow(0.8, 50))).Within(1e-15));
    }
}
