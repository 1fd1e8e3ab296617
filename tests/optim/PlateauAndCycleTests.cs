using NUnit.Framework;

namespace Adjoint.Tests;

public sealed class PlateauAndCycleTests
{
    [Test]
    public void One_cycle_and_the_warmed_up_cosine_have_their_values_at_the_marks() => Assert.Multiple(() =>
    {
        Schedule cycle = Schedules.OneCycle(100);
        Assert.That(cycle(0), Is.EqualTo(0.04).Within(1e-15));
        Assert.That(cycle(29), Is.EqualTo(1).Within(1e-15));
        Assert.That(cycle(64), Is.EqualTo(0.5).Within(1e-5));
        Assert.That(cycle(99), Is.EqualTo(0.04e-4).Within(1e-15));
        Assert.That(cycle(500), Is.EqualTo(0.04e-4).Within(1e-15));
        Schedule warm = Schedules.CosineWithWarmUp(10, 110, 0.2);
        Assert.That(warm(0), Is.EqualTo(0.1));
        Assert.That(warm(9), Is.EqualTo(1));
        Assert.That(warm(59), Is.EqualTo(0.6).Within(1e-15));
        Assert.That(warm(109), Is.EqualTo(0.2).Within(1e-15));
        Assert.That(() => Schedules.OneCycle(0), Throws.TypeOf<SettingException>());
        Assert.That(() => Schedules.CosineWithWarmUp(5, 5), Throws.TypeOf<SettingException>());
    });

    [Test]
    public void A_plateau_lowers_the_rate_after_its_patience_rests_and_stops_at_the_lowest()
    {
        var optimizer = new Sgd(new ParameterSet(new Toy(), Key.FromSeed(1)), 1);
        var plateau = new ReduceOnPlateau(optimizer, 0.5, patience: 1, rest: 1, lowest: 0.3);
        double[] measures = [5, 4, 4, 4, 4, 4, 4, 3, 3, 3];
        bool[] lowered = Array.ConvertAll(measures, plateau.Report);
        Assert.That(lowered, Is.EqualTo(new[] { false, false, false, true, false, false, true, false, false, true }));
        Assert.That(optimizer.LearningRate.Item(), Is.EqualTo(0.3));
        var other = new ReduceOnPlateau(optimizer, 0.5, patience: 1);
        other.Load(plateau.State.ToDictionary(static one => one.Name, static one => one.Value));
        Assert.That(new[] { other.Report(3), other.Report(3), other.Report(3) }, Is.EqualTo(new[] { false, false, true }));
    }

    [Test]
    public void A_uniform_average_is_the_mean_of_all_steps()
    {
        var toy = new Toy();
        var set = new ParameterSet(toy, Key.FromSeed(1), DType.F64);
        var average = new UniformAverage(set);
        double[] sum = new double[7];
        for (int step = 1; step <= 5; step++)
        {
            toy.Vector.Value.Write<double>([.. Enumerable.Range(0, 7).Select(i => (double)(i * step * step))]);
            for (int i = 0; i < 7; i++) sum[i] += i * step * step;
            average.Update();
        }

        double[] held = average.State.Single(static one => one.Name == "average.vector").Value.Read<double>();
        Assert.That(held, Is.EqualTo(Array.ConvertAll(sum, static x => x / 5)).Within(1e-13));
    }

    [Test]
    public void LBfgs_says_why_it_does_not_run_in_a_plan_and_refuses_groups()
    {
        var toy = new Toy();
        var set = new ParameterSet(toy, Key.FromSeed(1));
        var optimizer = new LBfgs(set);
        Assert.That(() => Plan.Record(() => { optimizer.Step(() => toy.Vector.Value.Square().Sum()); }), Throws.TypeOf<PlanException>().With.Message.Contains("outside of plans"));
        var grouped = new ParameterSet(new Toy(), Key.FromSeed(1), groups: [new ParameterGroup(static name => name == "vector", 2)]);
        Assert.That(() => new LBfgs(grouped), Throws.TypeOf<SettingException>());
        Assert.That(() => new RmsProp(set, momentum: 0.5, centred: true), Throws.TypeOf<SettingException>());
        Assert.That(optimizer.Step(() => toy.Vector.Value.Square().Sum()), Is.GreaterThan(0));
        Assert.That(toy.Vector.Value.Square().Sum().Item(), Is.LessThan(1e-10));
    }

    [Test]
    public void LBfgs_without_a_search_takes_steps_of_the_learning_rate()
    {
        var toy = new Toy();
        var set = new ParameterSet(toy, Key.FromSeed(1), DType.F64);
        var optimizer = new LBfgs(set, 0.5, iterationsPerStep: 60, lineSearch: false);
        optimizer.Step(() => (toy.Vector.Value - 1).Square().Sum() + toy.Matrix.Value.Square().Sum());
        Assert.That(toy.Vector.Value.Read<double>(), Has.All.EqualTo(1).Within(1e-4));
    }
}
