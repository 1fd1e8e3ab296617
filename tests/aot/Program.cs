using Adjoint;

// Trains a small network on two interleaved half circles and says how well it separates them.
var key = Key.FromSeed(7);
var generator = new Generator(key.Split("data"));
Tensor angle = generator.Uniform([512], 0, Math.PI);
Tensor side = generator.Integers([512], 0, 2);
Tensor sign = side.To(DType.F32).Affine(-2, 1);
Tensor points = TensorMath.Stack([(angle.Cos() * sign) + side.To(DType.F32), (angle.Sin() * sign) + (side.To(DType.F32) * 0.5)], 1) + (generator.Normal([512, 2]) * 0.1);

var network = new Mlp([2, 32, 32, 2], Activation.Relu);
var parameters = new ParameterSet(network, key.Split("weights"));
var optimizer = new Adam(parameters, 1e-2);
Plan plan = Plan.Record(() =>
{
    Tensor loss = Losses.CrossEntropy(network.Forward(points), side);
    optimizer.Update(loss);
    return loss;
});
double first = plan.Output.Item();
for (int step = 1; step < 300; step++) plan.Run();
double accuracy = network.Forward(points).ArgMax(1).Equal(side).To(DType.F64).Mean().Item();
Console.WriteLine(FormattableString.Invariant($"loss {first:F4} -> {plan.Output.Item():F4}, accuracy {accuracy:F4}"));
return accuracy > 0.97 ? 0 : 1;
