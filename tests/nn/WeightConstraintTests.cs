using NUnit.Framework;

namespace Adjoint.Tests;

[TestFixture]
public sealed class WeightConstraintTests
{
    [Test]
    public void Max_norm_scales_long_rows_to_the_limit_and_leaves_the_others([Values] bool planned)
    {
        var layer = new Linear(3, 4, bias: false);
        var parameters = new ParameterSet(layer, Key.FromSeed(0));
        float[] rows = [3, 4, 0, 0.1f, 0.2f, -0.1f, 0, 0, 0, -1, -2, -2];
        layer.Weight.Value.Write(rows);
        void Project() => WeightConstraints.MaxNorm(layer.Weight, 2);
        if (planned)
        {
            Plan plan = Plan.Record(Project);
            layer.Weight.Value.Write(rows);
            plan.Run();
        }
        else
        {
            Project();
        }

        Assert.That(parameters.Values[0].Read<float>(), Is.EqualTo(new[] { 1.2f, 1.6f, 0, 0.1f, 0.2f, -0.1f, 0, 0, 0, -2f / 3, -4f / 3, -4f / 3 }).Within(1e-6f));
        Assert.Throws<SettingException>(() => WeightConstraints.MaxNorm(layer.Weight, 0));
    }
}
