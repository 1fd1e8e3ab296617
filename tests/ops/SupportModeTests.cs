using NUnit.Framework;

namespace Adjoint.Tests.Ops;

/// <summary>Mode support: every op class of the engine is in the table, and every line of the table has cases that run it.</summary>
[TestFixture]
public sealed class SupportModeTests
{
    // Rules of the tape that stand for users' functions; they are never run as ops. What plans put in place of ops is tested with them.
    static readonly Type[] tapeOnly = [typeof(CustomRule), typeof(RecomputeRule)];

    static IEnumerable<Type> EngineTypes => typeof(Op).Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsInterface: false });

    [Test]
    public void Every_op_class_is_in_the_table()
    {
        var listed = OpTable.All.Select(entry => entry.Type).ToHashSet();
        var missing = EngineTypes.Where(type => typeof(Op).IsAssignableFrom(type) && !typeof(PlanOp).IsAssignableFrom(type) && !type.IsGenericTypeDefinition && !tapeOnly.Contains(type) && !listed.Contains(type));
        Assert.That(missing, Is.Empty);
    }

    [TestCase(typeof(IUnary), typeof(Unary<>))]
    [TestCase(typeof(IBinary), typeof(Binary<>))]
    [TestCase(typeof(INamedComparison), typeof(Comparison<>))]
    public void Every_operator_struct_is_in_the_table(Type contract, Type op)
    {
        var listed = OpTable.All.Where(entry => entry.Type.IsGenericType && entry.Type.GetGenericTypeDefinition() == op).Select(entry => entry.Type.GetGenericArguments()[0]).ToHashSet();
        var found = EngineTypes.Where(type => type.IsValueType && contract.IsAssignableFrom(type)).ToArray();
        Assert.That(found, Is.Not.Empty);
        Assert.That(found.Where(type => !listed.Contains(type)), Is.Empty);
    }

    [Test]
    public void Names_in_the_table_are_unique() => Assert.That(OpTable.All.Select(entry => entry.Name), Is.Unique);

    static IEnumerable<TestCaseData> Entries => OpTable.All.Select(entry => new TestCaseData(entry).SetArgDisplayNames(entry.Name));

    [TestCaseSource(nameof(Entries))]
    public void Every_line_of_the_table_has_cases(OpEntry entry)
    {
        if (OpCases.CoveredElsewhere.TryGetValue(entry.Name, out string? test))
        {
            Assert.That(test, Is.Not.Empty);
            return;
        }

        OpCase[] cases = [.. OpCases.All.Where(one => one.Op == entry.Type)];
        Assert.That(cases, Is.Not.Empty, "no cases; a pointwise op also needs a plain form in PointwiseReferences");
        if (entry.IsDifferentiable && entry.Type != typeof(Cast))
            Assert.That(cases.Count(one => one.HasGradient && !one.IsLarge), Is.GreaterThanOrEqualTo(3), "differentiable cases");
    }

    static IEnumerable<TestCaseData> Cases => OpCases.All.Select(one => new TestCaseData(one).SetArgDisplayNames(one.ToString()));

    [TestCaseSource(nameof(Cases))]
    public void Every_case_runs_the_op_that_it_is_listed_under(OpCase one)
    {
        DType type = one.Types[^1];
        Tensor[] own = one.Own(one.Draw(type), type);
        foreach (int i in one.Floats) own[i] = own[i].Variable();
        var recorder = new Recorder();
        Tensor result;
        Tensor[] shown = one.Show(own);
        using (recorder.Listen()) result = one.Call(shown);
        bool ran = recorder.Instructions.Exists(instruction => instruction.Op.GetType() == one.Op) || OnTape(result.Node, one.Op);
        Assert.That(ran, Is.True, "neither run nor on the tape");
    }

    static bool OnTape(Node? node, Type op) =>
        node is not null && (node.Op?.GetType() == op || Array.Exists(node.Inputs.ToArray(), edge => OnTape(edge.Source, op)));
}
