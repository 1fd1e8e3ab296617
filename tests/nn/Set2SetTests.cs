using NUnit.Framework;

namespace Adjoint.Tests;

[TestFixture]
public sealed class Set2SetTests
{
    [Test]
    public void Each_set_gives_what_it_gives_alone_in_any_order()
    {
        var layer = new Set2Set(4, 3);
        var parameters = new ParameterSet(layer, Key.FromSeed(1), DType.F64);
        Tensor members = new Generator(Key.FromSeed(2)).Normal([7, 4], DType.F64).Keep();
        long[] ids = [2, 0, 2, 0, 0, 3, 2];
        double[] all = layer.Forward(members, SegmentIndex.From(Tensor.From(ids), 4)).Read<double>();

        // One set at a time, its members backwards, with the softmax of rows.
        for (int set = 0; set < 4; set++)
        {
            long[] rows = [.. Enumerable.Range(0, 7).Where(i => ids[i] == set).Reverse().Select(i => (long)i)];
            double[] own = rows.Length == 0 ? [] : Alone(parameters, members.Select(0, Tensor.From(rows)));
            if (rows.Length > 0) Assert.That(all[(set * 8)..((set + 1) * 8)], Is.EqualTo(own).Within(1e-13), $"set {set}");
            else Assert.That(all[(set * 8 + 4)..((set + 1) * 8)], Is.All.Zero, "an empty set has no answer");
        }

        Assert.Throws<ShapeException>(() => layer.Forward(members, SegmentIndex.From(Tensor.From<long>([0, 1]), 2)));
    }

    static double[] Alone(ParameterSet parameters, Tensor members)
    {
        var cell = new LstmCell(8, 4);
        var own = new ParameterSet(cell, Key.FromSeed(9), DType.F64);
        for (int i = 0; i < own.Values.Length; i++) parameters.Values[i].Detach().CopyInto(own.Values[i].Detach());
        Tensor asked = Tensor.Zeros([1, 8], DType.F64), zero = Tensor.Zeros([1, 4], DType.F64);
        var state = new LstmState(zero, zero);
        for (int i = 0; i < 3; i++)
        {
            state = cell.Forward(asked, state);
            Tensor weights = members.MatMul(state.Hidden.Transpose()).Transpose().Softmax();
            asked = TensorMath.Concat([state.Hidden, weights.MatMul(members)], -1);
        }

        return asked.Read<double>();
    }

    [Test]
    public void Its_gradient_is_that_of_finite_differences()
    {
        var layer = new Set2Set(3, 2);
        _ = new ParameterSet(layer, Key.FromSeed(1), DType.F64);
        var index = SegmentIndex.From(Tensor.From<long>([1, 0, 1, 1, 0]), 2).Keep();
        Tensor members = new Generator(Key.FromSeed(2)).Normal([5, 3], DType.F64).Keep(), direction = new Generator(Key.FromSeed(3)).Normal([5, 3], DType.F64).Keep();
        double Loss(double step) => layer.Forward(members + (direction * step), index).Square().Sum().Item();
        Tensor variable = members.Variable();
        double slope = (Autodiff.Gradient(layer.Forward(variable, index).Square().Sum(), variable) * direction).Sum().Item();
        Assert.That(slope, Is.EqualTo((Loss(1e-5) - Loss(-1e-5)) / 2e-5).Within(1e-8));
    }
}
