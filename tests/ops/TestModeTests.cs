using NUnit.Framework;

namespace Adjoint.Tests.Ops;

/// <summary>Mode test: every case against its plain form, in f32 and f64.</summary>
[TestFixture]
public sealed class TestModeTests
{
    static IEnumerable<TestCaseData> Cases => OpCases.All.SelectMany(one => one.Types.Select(type => new TestCaseData(one, type).SetArgDisplayNames($"{one} {type.Name()}")));

    [TestCaseSource(nameof(Cases))]
    public void The_result_is_that_of_the_plain_form(OpCase one, DType type)
    {
        Values[] values = one.Draw(type);
        Tensor actual = one.Call(one.Show(one.Own(values, type)));
        Values expected = one.Reference(one.Show(values));
        Assert.That(actual.Shape.ToArray(), Is.EqualTo(expected.Shape), "shape");
        Compare(OpCase.Read(actual), expected.Data, type == DType.F32 ? one.Tolerance32 : one.Tolerance64, $"seed {one.Seed}");
    }

    static IEnumerable<TestCaseData> Specials =>
        OpTable.All.Where(PointwiseReferences.IsUnary).SelectMany(entry => PointwiseReferences.Unary.Where(reference => reference.Name == entry.Name && reference.ChecksSpecials)
            .SelectMany(reference => new[] { DType.F32, DType.F64 }.Select(type => new TestCaseData(entry, reference, type).SetArgDisplayNames($"{reference.Name} {reference.Operator} {type.Name()}"))));

    [TestCaseSource(nameof(Specials))]
    public void Not_a_number_infinities_and_zeros_go_through_a_unary_op_as_through_its_plain_form(OpEntry entry, UnaryReference reference, DType type)
    {
        double[] arguments = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0];
        Op op = PointwiseReferences.Make(entry, reference.Operator);
        double[] actual = OpCase.Read(Dispatch.Run(op, new Input([5]).Own(new Values([5], arguments), type)));
        Compare(actual, Array.ConvertAll(arguments, x => reference.F(x)), 1e-6, string.Join(" ", arguments));
    }

    static IEnumerable<TestCaseData> BinarySpecials =>
        OpTable.All.Where(PointwiseReferences.IsBinary).SelectMany(entry => PointwiseReferences.Binary.Where(reference => reference.Name == entry.Name)
            .SelectMany(reference => new[] { DType.F32, DType.F64 }.Select(type => new TestCaseData(entry, reference, type).SetArgDisplayNames($"{reference.Name} {type.Name()}"))));

    [TestCaseSource(nameof(BinarySpecials))]
    public void Not_a_number_infinities_and_zeros_go_through_a_binary_op_as_through_its_plain_form(OpEntry entry, BinaryReference reference, DType type)
    {
        double[] arguments = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, 1, -1, 2, -3, 0.5];
        Op op = PointwiseReferences.Make(entry, null);
        Tensor x = new Input([10, 1]).Own(new Values([10, 1], arguments), type), y = new Input([10]).Own(new Values([10], arguments), type);
        double[] actual = OpCase.Read(Dispatch.Run(op, x, y));
        for (int i = 0; i < actual.Length; i++)
            Compare([actual[i]], [reference.F(arguments[i / 10], arguments[i % 10])], 1e-6, $"{reference.Name}({arguments[i / 10]}, {arguments[i % 10]})");
    }

    [TestCase("negate")]
    [TestCase("abs")]
    [TestCase("sin")]
    [TestCase("tanh")]
    [TestCase("erf")]
    [TestCase("expm1")]
    [TestCase("log1p")]
    [TestCase("sqrt")]
    [TestCase("floor")]
    [TestCase("round")]
    [TestCase("square")]
    public void The_sign_of_zero_is_that_of_the_plain_form(string name)
    {
        OpEntry entry = OpTable.All.Single(entry => entry.Name == name);
        UnaryReference reference = PointwiseReferences.Unary.First(reference => reference.Name == name);
        double[] y = Dispatch.Run(PointwiseReferences.Make(entry, null), Tensor.From([0.0, -0.0])).Read<double>();
        Assert.That(Array.ConvertAll(y, double.IsNegative), Is.EqualTo(new[] { double.IsNegative(reference.F(0.0)), double.IsNegative(reference.F(-0.0)) }));
    }

    [TestCaseSource(nameof(Positions))]
    public void A_number_has_the_same_bits_at_every_position_of_an_array(OpEntry entry, UnaryReference reference, DType type)
    {
        Op op = PointwiseReferences.Make(entry, reference.Operator);
        Values values = new Input([53]) { Low = entry.Domain!.Value.Low, High = entry.Domain.Value.High }.Draw(new Random(5), type);
        Tensor x = new Input([53]).Own(values, type);
        double[] whole = OpCase.Read(Dispatch.Run(op, x));
        for (int i = 0; i < whole.Length; i++)
            Assert.That(BitConverter.DoubleToInt64Bits(OpCase.Read(Dispatch.Run(op, x[i]))[0]), Is.EqualTo(BitConverter.DoubleToInt64Bits(whole[i])), $"position {i}, x = {values.Data[i]:R}");
    }

    static IEnumerable<TestCaseData> Positions =>
        OpTable.All.Where(PointwiseReferences.IsUnary).SelectMany(entry => PointwiseReferences.Unary.Where(reference => reference.Name == entry.Name)
            .SelectMany(reference => new[] { DType.F32, DType.F64 }.Select(type => new TestCaseData(entry, reference, type).SetArgDisplayNames($"{reference.Name} {reference.Operator} {type.Name()}"))));

    static void Compare(double[] actual, double[] expected, double tolerance, string what)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        double worst = 0;
        int place = -1;
        for (int i = 0; i < actual.Length; i++)
        {
            if (actual[i] == expected[i] || (double.IsNaN(actual[i]) && double.IsNaN(expected[i]))) continue;
            double error = Math.Abs(actual[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            if (error <= worst) continue;
            worst = double.IsNaN(error) ? double.PositiveInfinity : error;
            place = i;
        }

        Assert.That(worst, Is.LessThanOrEqualTo(tolerance), () => $"worst at {place}: {actual[place]:R} for {expected[place]:R}; {what}");
    }
}
