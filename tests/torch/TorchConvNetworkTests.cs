using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>
/// A residual block with batch norm and a level of a U-Net against PyTorch: the output and the gradients of the first step, the losses of ten steps of Adam, the weights and running statistics
/// after them, and the block in evaluation, run op by op and replayed from a plan.
/// </summary>
[TestFixture]
public static class TorchConvNetworkTests
{
    [Test]
    public static void A_residual_block_with_batch_norm_follows_torch([Values] bool planned)
    {
        var model = new ResidualModel();
        ParameterSet parameters = Follow("residual", model, static (y, target) => y.CrossEntropy(target).Mean(), planned);
        foreach (ModuleBuffer buffer in parameters.Buffers)
        {
            if (buffer.Shape.Rank > 0) Fixture.AssertClose(buffer.Value, Fixture.Networks[$"residual/state/{buffer.Name}"], buffer.Name);
            else Assert.That(buffer.Value.Read<long>()[0], Is.EqualTo(TorchTraining.Steps), buffer.Name);
        }

        model.Training = false;
        Fixture.AssertClose(model.Forward(Fixture.Networks["residual/data/x"][0]), Fixture.Networks["residual/evaluation"], "evaluation");
    }

    [Test]
    public static void A_level_of_a_u_net_follows_torch([Values] bool planned) => Follow("u_net", new UNetModel(), static (y, target) => (y - target).Square().Mean(), planned);

    static ParameterSet Follow(string network, Layer model, Func<Tensor, Tensor, Tensor> loss, bool planned)
    {
        var parameters = new ParameterSet(model, Key.FromSeed(0));
        Dictionary<string, Tensor> first = Fixture.Networks.Under($"{network}/initial/");
        foreach (ModuleBuffer buffer in parameters.Buffers) first[buffer.Name] = buffer.Value.Clone();
        parameters.Load(first);
        Compare(network, model, parameters, loss);
        parameters.Load(first);

        TorchTraining.Follow(network, new Adam(parameters, 1e-2), planned, batch => loss(model.Forward(batch["x"]), batch["target"]));
        return parameters;
    }

    static void Compare(string network, Layer model, ParameterSet parameters, Func<Tensor, Tensor, Tensor> loss)
    {
        Tensor y = model.Forward(Fixture.Networks[$"{network}/data/x"][0]);
        Fixture.AssertClose(y, Fixture.Networks[$"{network}/output"], "output");
        Tensor[] gradients = Autodiff.Gradients(loss(y, Fixture.Networks[$"{network}/data/target"][0]), parameters.Values);
        for (int i = 0; i < gradients.Length; i++)
            Fixture.AssertClose(gradients[i], Fixture.Networks[$"{network}/gradient/{parameters.Parameters[i].Name}"], $"gradient of {parameters.Parameters[i].Name}");
    }
}
