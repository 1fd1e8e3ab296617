using NUnit.Framework;

namespace Adjoint.Tests.Ops;

/// <summary>Ops that write into tensors that exist.</summary>
[TestFixture]
public sealed class InPlaceTests
{
    static IEnumerable<TestCaseData> Cases()
    {
        foreach (View view in Enum.GetValues<View>().Where(view => view != View.Expanded))
        {
            foreach (Numbers numbers in Enum.GetValues<Numbers>())
            {
                foreach (int[] source in (int[][])[[3, 5], [5], [3, 1], []])
                    yield return new TestCaseData(view, numbers, source).SetArgDisplayNames($"{view} {numbers} [{string.Join(",", source)}]");
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Copy_into_a_view_writes_the_places_that_the_view_shows(View view, Numbers numbers, int[] source)
    {
        var random = new Random(3);
        Input target = new([3, 5], view, numbers) { Low = 0 }, given = new(source, View.Dense, numbers) { Low = 0 };
        Values own = target.Draw(random, DType.F32), from = given.Draw(random, DType.F32);
        Tensor memory = target.Own(own, DType.F32);
        int version = memory.Storage.Version;
        given.Own(from, DType.F32).CopyInto(target.Show(memory));

        Assert.That(OpCase.Read(target.Show(memory)), Is.EqualTo(from.Expand(3, 5).Data));
        Assert.That(memory.Storage.Version, Is.GreaterThan(version));

        // What the view does not show is as it was: mark the shown places in both and compare the rest.
        Values marks = target.Show(Values.Build(own.Shape, index => own.Position(index)));
        double[] rest = OpCase.Read(memory), before = [.. own.Data];
        foreach (double place in marks.Data) rest[(int)place] = before[(int)place] = -1;
        Assert.That(rest, Is.EqualTo(before));
    }

    [Test]
    public void Copy_into_inside_a_plan_repeats_at_every_replay()
    {
        Tensor x = Tensor.From([1.0, 2, 3]), target = Tensor.Zeros([2, 3], DType.F64);
        Plan plan = Plan.Record(() => (x + target[0]).CopyInto(target));
        Assert.That(target.Read<double>(), Is.EqualTo(new double[] { 1, 2, 3, 1, 2, 3 }));
        plan.Run();
        plan.Run();
        Assert.That(target.Read<double>(), Is.EqualTo(new double[] { 3, 6, 9, 3, 6, 9 }));
    }

    [Test]
    public void Write_replaces_all_elements_and_a_shown_part_of_leading_elements()
    {
        Tensor x = Tensor.Zeros([2, 2], DType.F64);
        x.Write<double>([1, 2, 3, 4]);
        x[1].Write<double>([8, 9]);
        Assert.That(x.Read<double>(), Is.EqualTo(new double[] { 1, 2, 8, 9 }));
    }
}
