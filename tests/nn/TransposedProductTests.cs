using NUnit.Framework;

namespace Adjoint.Tests;

public sealed class TransposedProductTests
{
    static IEnumerable<TestCaseData> Shapes()
    {
        yield return new TestCaseData(Shape.Create([3, 4]), Shape.Create([5, 4]));
        yield return new TestCaseData(Shape.Create([3, 1]), Shape.Create([5, 1]));
        yield return new TestCaseData(Shape.Create([3, 4]), Shape.Create([1, 4]));
        yield return new TestCaseData(Shape.Create([2, 3, 4]), Shape.Create([5, 4]));
        yield return new TestCaseData(Shape.Create([2, 3, 4]), Shape.Create([2, 5, 4]));
        yield return new TestCaseData(Shape.Create([3, 4]), Shape.Create([2, 5, 4]));
        yield return new TestCaseData(Shape.Create([4]), Shape.Create([5, 4]));
    }

    [TestCaseSource(nameof(Shapes))]
    public void A_product_with_a_transposed_view_has_the_gradients_of_the_product_with_a_copy(Shape left, Shape right)
    {
        var generator = new Generator(Key.FromSeed(Seeds.Fresh()));
        Tensor x = generator.Normal(left, DType.F64).Variable(), y = generator.Normal(right, DType.F64).Variable();
        Tensor View() => x.MatMul(y.Transpose()).Square().Sum();
        Tensor Copy() => x.MatMul(y.Transpose().Contiguous()).Square().Sum();
        Tensor[] viewed = Autodiff.Gradients(View(), [x, y], keepGraph: true), copied = Autodiff.Gradients(Copy(), [x, y], keepGraph: true);
        for (int i = 0; i < 2; i++)
        {
            Assert.That(viewed[i].Shape, Is.EqualTo(copied[i].Shape));
            Assert.That(viewed[i].Read<double>(), Is.EqualTo(copied[i].Read<double>()).Within(1e-12));
        }

        Tensor[] second = Autodiff.Gradients(viewed[1].Square().Sum(), [x, y]), other = Autodiff.Gradients(copied[1].Square().Sum(), [x, y]);
        for (int i = 0; i < 2; i++) Assert.That(second[i].Read<double>(), Is.EqualTo(other[i].Read<double>()).Within(1e-10));
    }

    [Test]
    public void The_gradient_of_a_weight_lies_dense_so_that_packing_need_not_transpose()
    {
        Tensor x = Tensor.Ones([3, 4]), weight = Tensor.Ones([5, 4]).Variable();
        Assert.That(Autodiff.Gradient(x.MatMul(weight.Transpose()).Sum(), weight).Layout.IsContiguous, Is.True);
    }

    [Test]
    public void The_gradient_of_a_weight_may_be_taken_after_the_weight_was_overwritten()
    {
        Tensor x = Tensor.Ones([3, 4]), memory = Tensor.Ones([5, 4]), weight = memory.Variable();
        Tensor loss = x.MatMul(weight.Transpose()).Sum();
        Tensor.Zeros([5, 4]).CopyInto(memory);
        Assert.That(Autodiff.Gradient(loss, weight).Read<float>(), Has.All.EqualTo(3));
    }
}
