using Adjoint;

// What an embedder does. `adjoint-aot FILE` trains a small network on two interleaved half circles, says how well it separates them, and saves it; `adjoint-aot predict FILE`
// loads it and classifies the ends of both half circles.
var network = new Mlp([2, 32, 32, 2], Activation.Relu);
var key = Key.FromSeed(7);
var parameters = new ParameterSet(network, key.Split("weights"));
if (args is ["predict", var saved])
{
    parameters.Load(Safetensors.Read(saved).Tensors);
    long[] classes = network.Forward(Tensor.From<float>([1, 0, -1, 0, 0, 0.5f, 2, 0.5f], [4, 2])).ArgMax(1).Read<long>();
    Console.WriteLine($"classes {classes[0]} {classes[1]} {classes[2]} {classes[3]}");
    return 0;
}

if (args is not [var path])
{
    Console.Error.WriteLine("usage: adjoint-aot FILE | adjoint-aot predict FILE");
    return 2;
}

var generator = new Generator(key.Split("data"));
Tensor angle = generator.Uniform([512], 0, Math.PI);
Tensor side = generator.Integers([512], 0, 2);
Tensor sign = side.To(DType.F32).Affine(-2, 1);
Tensor points = TensorMath.Stack([(angle.Cos() * sign) + side.To(DType.F32), (angle.Sin() * sign) + (side.To(DType.F32) * 0.5)], 1) + (generator.Normal([512, 2]) * 0.1);
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
Safetensors.Write(path, parameters.State);
return accuracy > 0.97 ? 0 : 1;
