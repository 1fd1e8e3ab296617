using Adjoint.Tests.Ops;
using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Derivatives of functions against closed forms, to order three, and what stops them.</summary>
[TestFixture]
public sealed class AutodiffTests
{
    static readonly double[] point = [0.3, -1.2, 2];

    static Tensor X => Tensor.From(point);

    [Test]
    public void Third_derivative_of_a_sine_is_minus_the_cosine()
    {
        static Tensor Sine(Tensor x) => x.Sin().Sum();
        Func<Tensor, Tensor> first = Autodiff.Grad(Sine), second = Autodiff.Grad(x => first(x).Sum()), third = Autodiff.Grad(x => second(x).Sum());
        Assert.That(third(X).Read<double>(), Is.EqualTo(point.Select(x => -Math.Cos(x))).Within(1e-14));
    }

    [Test]
    public void Third_derivative_in_every_mixture_of_the_modes_is_the_closed_form()
    {
        // f = Σ x⁴/4; f''' = 6x, contracted with ones.
        static Tensor F(Tensor x) => (x.Square().Square() / 4).Sum();
        Tensor ones = X.OnesLike();
        double[] expected = [.. point.Select(x => 6 * x)];
        Func<Tensor, Tensor> gradient = Autodiff.Grad(F);
        Func<Tensor, Tensor> reverse = Autodiff.Grad(x => gradient(x).Sum()), forward = x => Autodiff.Jvp(gradient, x, ones).Pushed;
        Assert.Multiple(() =>
        {
            Assert.That(Autodiff.Grad(x => reverse(x).Sum())(X).Read<double>(), Is.EqualTo(expected).Within(1e-13), "r r r");
            Assert.That(Autodiff.Jvp(reverse, X, ones).Pushed.Read<double>(), Is.EqualTo(expected).Within(1e-13), "f r r");
            Assert.That(Autodiff.Grad(x => forward(x).Sum())(X).Read<double>(), Is.EqualTo(expected).Within(1e-13), "r f r");
            Assert.That(Autodiff.Jvp(forward, X, ones).Pushed.Read<double>(), Is.EqualTo(expected).Within(1e-13), "f f r");
        });
    }

    [Test]
    public void Hessian_vector_of_a_quadratic_form_is_the_symmetric_part_times_the_vector()
    {
        Tensor a = Tensor.From(new double[,] { { 1, 2, 3 }, { -1, 0, 4 }, { 2, 2, -5 } }), v = Tensor.From([1.0, -2, 0.5]);
        double[] actual = Autodiff.HessianVector(x => (x.MatMul(a) * x).Sum(), X, v).Read<double>();
        Assert.That(actual, Is.EqualTo((a + a.Transpose()).MatMul(v).Read<double>()).Within(1e-13));
    }

    [Test]
    public void Jacobian_of_a_linear_map_is_its_matrix_and_of_a_scalar_its_gradient()
    {
        Tensor a = Tensor.From(new double[,] { { 1, 2, 3 }, { -1, 0, 4 } });
        Tensor jacobian = Autodiff.Jacobian(a.MatMul, X);
        Assert.That(jacobian.Shape, Is.EqualTo(a.Shape));
        Assert.That(jacobian.Read<double>(), Is.EqualTo(a.Read<double>()));
        Tensor gradient = Autodiff.Jacobian(x => x.Square().Sum(), X);
        Assert.That(gradient.Shape, Is.EqualTo(X.Shape));
        Assert.That(gradient.Read<double>(), Is.EqualTo(point.Select(x => 2 * x)).Within(1e-15));
        Assert.That(Autodiff.Jacobian(x => x.Slice(0, 0, 0), X).Shape, Is.EqualTo(Shape.Create([0, 3])));
    }

    [Test]
    public void Per_sample_jacobians_are_those_of_the_rows()
    {
        Tensor batch = Tensor.From(new double[,] { { 0.1, -0.5, 2 }, { 1, 0.3, -0.7 } }), w = Tensor.From(new double[,] { { 1, 2 }, { -1, 0.5 }, { 0.2, -3 } });
        Tensor all = Autodiff.PerSampleJacobian(x => x.MatMul(w).Tanh(), batch);
        Assert.That(all.Shape, Is.EqualTo(Shape.Create([2, 2, 3])));
        for (int row = 0; row < 2; row++)
            Assert.That(all[row].Read<double>(), Is.EqualTo(Autodiff.Jacobian(x => x.MatMul(w).Tanh(), batch[row]).Read<double>()).Within(1e-14));
    }

    [Test]
    public void Vjp_and_jvp_of_functions_are_transposes_of_each_other()
    {
        Tensor t = Tensor.From([0.5, 1, -1]), w = Tensor.From([2.0, -1, 3]);
        static Tensor F(Tensor x) => x.Exp() * x.Flip(0);
        var (value, pulled) = Autodiff.Vjp(F, X, w);
        var (again, pushed) = Autodiff.Jvp(F, X, t);
        Assert.That(value.Read<double>(), Is.EqualTo(again.Read<double>()));
        Assert.That((pulled * t).Sum().Item(), Is.EqualTo((pushed * w).Sum().Item()).Within(1e-12));
    }

    [Test]
    public void Vjp_and_jvp_by_a_tensor_and_by_what_was_computed_from_it_are_transposes_too()
    {
        Tensor x = X.Variable(), y = x.Sin(), z = y * x;
        Tensor[] inputs = [x, y], tangents = [Tensor.From([1.0, 2, 3]), Tensor.From([-1.0, 0.5, 4])];
        Tensor w = Tensor.From([0.3, -2, 1]);
        Tensor[] pulled = Autodiff.Vjp([z], inputs, [w]);
        double reverse = (pulled[0] * tangents[0]).Sum().Item() + (pulled[1] * tangents[1]).Sum().Item();
        Assert.That((Autodiff.Jvp([z], inputs, tangents)[0] * w).Sum().Item(), Is.EqualTo(reverse).Within(1e-12));
    }

    [Test]
    public void No_derivative_flows_through_detach_or_pause()
    {
        Tensor x = X.Variable();
        Assert.That(Autodiff.Gradient((x * x.Detach()).Sum(), x).Read<double>(), Is.EqualTo(point));
        Tensor hidden;
        using (Autodiff.Pause()) hidden = x.Square();
        Assert.That(hidden.IsTracked, Is.False);
        Assert.That(Autodiff.Gradient((x + hidden).Sum(), x).Read<double>(), Is.EqualTo(new double[] { 1, 1, 1 }));
    }

    [Test]
    public void A_variable_that_the_loss_does_not_depend_on_has_a_gradient_of_zeros()
    {
        Tensor x = X.Variable(), other = Tensor.Ones([2, 2]).Variable();
        Tensor[] gradients = Autodiff.Gradients(x.Sum(), [x, other]);
        Assert.That(gradients[1].Read<float>(), Is.EqualTo(new float[4]));
        Assert.That(gradients[1].Shape, Is.EqualTo(Shape.Create([2, 2])));
    }

    [Test]
    public void A_variable_used_often_gathers_all_its_cotangents()
    {
        Tensor x = Tensor.Scalar(3, DType.F64).Variable();
        Assert.That(Autodiff.Gradient((x * x * x) + (x * 2) + x, x).Item(), Is.EqualTo(30));
    }

    [Test]
    public void Gradients_pass_through_casts_as_the_identity_in_their_own_dtype()
    {
        Tensor x = X.Variable();
        Tensor gradient = Autodiff.Gradient((x.To(DType.F32).To(DType.F64) * 2).Sum(), x);
        Assert.That(gradient.DType, Is.EqualTo(DType.F64));
        Assert.That(gradient.Read<double>(), Is.EqualTo(new double[] { 2, 2, 2 }));
        Assert.That(x.To(DType.I64).IsTracked, Is.False);
        Assert.That(Autodiff.Jvp([x.To(DType.F32)], [x], [X])[0].DType, Is.EqualTo(DType.F32));
    }

    [Test]
    public void A_chain_of_a_hundred_thousand_ops_does_not_exhaust_the_stack()
    {
        Tensor x = Tensor.Scalar(1, DType.F64).Variable(), y = x;
        for (int i = 0; i < 100_000; i++) y = -y;
        Assert.That(Autodiff.Gradient(y, x).Item(), Is.EqualTo(1));
    }

    [Test]
    public void Overwriting_a_saved_tensor_in_place_is_an_error_and_overwriting_another_is_not()
    {
        Tensor x = X.Variable(), scale = Tensor.From([1.0, 2, 3]), shift = Tensor.From([1.0, 1, 1]);
        Tensor loss = ((x * scale) + shift).Sum();
        shift.Write<double>([5, 5, 5]);
        Assert.That(Autodiff.Gradient(loss, x).Read<double>(), Is.EqualTo(new double[] { 1, 2, 3 }));
        scale.Write<double>([7, 7, 7]);
        Assert.That(() => Autodiff.Gradient(loss, x), Throws.TypeOf<LifetimeException>().With.Message.Contains("multiply"));

        Tensor y = X.Variable();
        Tensor exponential = y.Exp();
        Tensor.Zeros([3], DType.F64).CopyInto(exponential.Slice(0, 0, 3));
        Assert.That(() => Autodiff.Gradient(exponential.Sum(), y), Throws.TypeOf<LifetimeException>().With.Message.Contains("exp"));
    }

    [Test]
    public void Equal_extremes_share_the_derivative()
    {
        Tensor x = Tensor.From([2.0, 1, 2]).Variable();
        Assert.That(Autodiff.Gradient(x.Max(), x).Read<double>(), Is.EqualTo(new[] { 0.5, 0, 0.5 }));
        Tensor y = Tensor.From([2.0, 3, 2]).Variable();
        Tensor[] gradients = Autodiff.Gradients(x.Maximum(y).Sum(), [x, y]);
        Assert.That(gradients[0].Read<double>(), Is.EqualTo(new[] { 0.5, 0, 0.5 }));
        Assert.That(gradients[1].Read<double>(), Is.EqualTo(new[] { 0.5, 1, 0.5 }));
    }

    [Test]
    public void Masked_logits_keep_the_gradient_of_a_log_sum_finite()
    {
        double infinite = double.NegativeInfinity;
        Tensor x = Tensor.From(new double[,] { { 1, infinite, 2 }, { infinite, infinite, infinite } }).Variable();
        double[] gradient = Autodiff.Vjp([x.LogSumExp()], [x], [Tensor.From([1.0, 1])])[0].Read<double>();
        double share = 1 / (1 + Math.E);
        Assert.That(gradient, Is.EqualTo(new[] { share, 0, 1 - share, 0, 0, 0 }).Within(1e-15));
    }
}
