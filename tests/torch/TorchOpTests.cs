using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Outputs, gradients and gradients of gradients of every op against PyTorch, in f32.</summary>
[TestFixture]
public static class TorchOpTests
{
    static IEnumerable<string> Names => TorchCases.All.Keys;

    static IEnumerable<string> DifferentiableNames => Names.Where(static name => Fixture.Ops.Has($"{name}/grad0"));

    [Test]
    public static void The_fixture_and_the_table_hold_the_same_cases()
    {
        IEnumerable<string> stored = Fixture.Ops.Names.Where(static name => name.Contains('/')).Select(static name => name.Split('/')[0]);
        Assert.That(TorchCases.All.Keys, Is.EquivalentTo(stored.Distinct()));
    }

    [TestCaseSource(nameof(Names))]
    public static void Op_and_its_derivatives_equal_torch(string name)
    {
        Tensor[] x = Inputs(name);
        Tensor[] variables = [.. x.Where(static input => input.IsTracked)];
        Tensor y = TorchCases.All[name](x);
        Fixture.AssertClose(y, Fixture.Ops[$"{name}/out"], $"{name} output");
        if (!Fixture.Ops.Has($"{name}/grad0")) return;

        Tensor[] gradients = Autodiff.Vjp([y], variables, [Cotangent(y)], keepGraph: true);
        Compare(name, "grad", gradients);
        string kind = Fixture.Ops.Has($"{name}/grad2_0") ? "grad2_" : "square2_";
        if (!Fixture.Ops.Has($"{name}/{kind}0")) return;

        // Where the gradient of a linear op does not depend on the inputs, that of half its square does.
        if (kind == "square2_") gradients = Autodiff.Vjp([y], variables, [y * Cotangent(y)], keepGraph: true);
        Compare(name, kind, Autodiff.Vjp(gradients, variables, [.. gradients.Select(static (g, i) => Cotangent(g, 8 * (i + 1)))]));
    }

    [TestCaseSource(nameof(DifferentiableNames))]
    public static void Forward_mode_agrees_with_the_gradients_of_torch(string name)
    {
        Tensor[] x = Inputs(name);
        Tensor[] variables = [.. x.Where(static input => input.IsTracked)];
        Tensor[] tangents = [.. variables.Select(static (v, i) => Cotangent(v, 8 * (i + 1)))];
        Tensor y = TorchCases.All[name](x);
        Tensor pushed = (Autodiff.Jvp([y], variables, tangents)[0] * Cotangent(y)).Sum();
        Tensor pulled = TensorMath.Stack([.. tangents.Select((t, i) => (t * Fixture.Ops[$"{name}/grad{i}"]).Sum())], 0).Sum();
        Fixture.AssertClose(pushed, pulled, "cotangent · J · tangent");
    }

    static Tensor[] Inputs(string name)
    {
        var inputs = new List<Tensor>();
        while (Fixture.Ops.Has($"{name}/in{inputs.Count}"))
        {
            Tensor input = Fixture.Ops[$"{name}/in{inputs.Count}"];
            inputs.Add(input.DType.IsFloat() ? input.Variable() : input);
        }

        return [.. inputs];
    }

    /// <summary>The fixed numbers that both sides multiply with.</summary>
    static Tensor Cotangent(Tensor like, int start = 0) => Fixture.Ops["cotangents"].Select(0, Tensor.From(Places(like.Count, start))).Reshape(like.Shape);

    static long[] Places(int count, int start) => [.. Enumerable.Range(0, count).Select(i => (long)((start + i) % Fixture.Ops["cotangents"].Count))];

    static void Compare(string name, string kind, Tensor[] found)
    {
        for (int i = 0; i < found.Length; i++) Fixture.AssertClose(found[i], Fixture.Ops[$"{name}/{kind}{i}"], $"{name} {kind}{i}");
    }
}
