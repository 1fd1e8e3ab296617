using Adjoint.Tests.Ops;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>Rows that are written into a tensor that exists, on the CPU and on the simulator.</summary>
[TestFixture]
[NonParallelizable]
public sealed class CopyRowsTests
{
    [Test]
    public void Rows_are_put_at_their_places_and_the_last_of_equal_places_stays([Values] bool simulated, [Values] Numbers numbers)
    {
        using IDisposable? device = simulated ? SimulatorBackend.Use() : null;
        DType type = numbers switch { Numbers.Float => DType.F32, Numbers.Bool => DType.Bool, _ => DType.I64 };
        Tensor target = Tensor.Zeros([4, 3], type), rows = Tensor.From<double>([1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1], [4, 3]).To(type), places = Tensor.From<long>([3, 1, -1, 1]);
        Plan plan = Plan.Record(() => rows.CopyRowsInto(target, places));
        double[] once = [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
        Assert.That(OpCase.Read(target), Is.EqualTo(once));
        places.Write<long>([-1, 0, 2, -1]);
        plan.Run();
        Assert.That(OpCase.Read(target), Is.EqualTo((double[])[0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1]));
        Assert.That(() => { rows.CopyRowsInto(target, Tensor.From<long>([4, 0, 0, 0])); target.To(DType.F64).Read<double>(); }, Throws.TypeOf<ShapeException>());
        Assert.That(() => rows.CopyRowsInto(Tensor.Zeros([4, 2], type), places), Throws.TypeOf<ShapeException>());
        Assert.That(() => rows.CopyRowsInto(target, Tensor.From<long>([0])), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void Rows_of_several_tensors_go_to_the_same_places([Values] bool simulated)
    {
        using IDisposable? device = simulated ? SimulatorBackend.Use() : null;
        Tensor numbers = Tensor.Zeros([4, 3]), flags = Tensor.Zeros([6], DType.Bool), counts = Tensor.From<long>([0, 1, 2, 3, 4], [5, 1]);
        Tensor rows = Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]), places = Tensor.From<long>([3, 1]);

        // Of the last, the rows come from the tensor into which they go.
        Plan plan = Plan.Record(() => TensorMath.CopyRowsInto([rows, Tensor.Ones([2], DType.Bool), counts.Slice(0, 1, 3)], [numbers, flags, counts], places));
        Assert.That(OpCase.Read(numbers), Is.EqualTo((double[])[0, 0, 0, 4, 5, 6, 0, 0, 0, 1, 2, 3]));
        Assert.That(flags.Read<bool>(), Is.EqualTo((bool[])[false, true, false, true, false, false]));
        Assert.That(counts.Read<long>(), Is.EqualTo((long[])[0, 2, 2, 1, 4]));
        places.Write<long>([-1, 0]);
        plan.Run();
        Assert.That(OpCase.Read(numbers)[..3], Is.EqualTo((double[])[4, 5, 6]));
        Assert.That(counts.Read<long>(), Is.EqualTo((long[])[2, 2, 2, 1, 4]));
        Assert.That(() => TensorMath.CopyRowsInto([rows, rows], [numbers], places), Throws.TypeOf<ShapeException>());
        Assert.That(() => TensorMath.CopyRowsInto([rows, rows], [numbers, flags], places), Throws.TypeOf<ShapeException>());
        Assert.That(() => TensorMath.CopyRowsInto([rows], [numbers.To(DType.F64)], places), Throws.TypeOf<DTypeException>());
    }
}
