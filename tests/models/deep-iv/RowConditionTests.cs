using Adjoint.Models.DeepIv;
using NUnit.Framework;

namespace Adjoint.Tests.DeepIv;

/// <summary>Rows to which effects are told are rows that there can be: of one level, with the square of what they have.</summary>
sealed class RowConditionTests
{
    // A number, its square, an indicator, three days of which some rows have none, and two parts of a whole.
    static readonly double[,] Rows =
    {
        { 1, 1, 0, 1, 0, 0, 1, 0 }, { 2, 4, 1, 0, 1, 0, 0, 1 }, { 3, 9, 1, 0, 0, 1, 1, 0 }, { 4, 16, 1, 0, 0, 0, 0, 1 }, { 5, 25, 1, 1, 0, 0, 1, 0 },
    };

    static readonly string[] Names = ["age", "agesq", "black", "mon", "tue", "wed", "sex=f", "sex=m"];

    [Test]
    public void ConditionsKeepSquaresAndLevelsTogether()
    {
        IReadOnlyList<IReadOnlyList<RowCondition>> found = RowConditions.Of(Tensor.From(Rows), Names);
        Assert.That(found.Select(static group => string.Join("; ", group.Select(static one => one.Name))), Is.EqualTo(new[]
        {
            "age = 1.4; age = 4.6", "black = 0; black = 1", "mon; tue; wed; none of mon … wed", "sex=f; sex=m",
        }));
        double[] young = found[0][0].Apply(Tensor.From(Rows)).Read<double>();
        Assert.That(young[..8], Is.EqualTo(new[] { 1.4, 1.4 * 1.4, 0, 1, 0, 0, 1, 0 }).Within(1e-12));
        Assert.That(young[8..16], Is.EqualTo(new[] { 1.4, 1.4 * 1.4, 1, 0, 1, 0, 0, 1 }).Within(1e-12), "what the condition does not name stays");
        Assert.That(found[2][1].Apply(Tensor.From(Rows)).Read<double>()[..8], Is.EqualTo(new double[] { 1, 1, 0, 0, 1, 0, 1, 0 }));
        Assert.That(found[2][3].Apply(Tensor.From(Rows)).Read<double>()[..8], Is.EqualTo(new double[] { 1, 1, 0, 0, 0, 0, 1, 0 }));
    }

    [Test]
    public void ColumnsThatDoNotVaryHaveNone() => Assert.That(RowConditions.Of(Tensor.From(new double[,] { { 3 }, { 3 } }), ["same"]), Is.Empty);
}
