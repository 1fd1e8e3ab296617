namespace Adjoint.Tests;

/// <summary>Training steps of a network of the fixtures, compared with PyTorch's: the loss of every step and the weights after the last.</summary>
static class TorchTraining
{
    /// <summary>Steps that the fixtures hold.</summary>
    public const int Steps = 10;

    /// <summary>A parameter set of the model with PyTorch's initial weights, by name.</summary>
    public static ParameterSet Load(string network, Module model)
    {
        var parameters = new ParameterSet(model, Key.FromSeed(0));
        parameters.Load(Fixture.Networks.Under($"{network}/initial/"));
        return parameters;
    }

    /// <summary>Trains op by op, or with a plan that is recorded in the first step and replayed in the others.</summary>
    public static void Follow(string network, Optimizer optimizer, bool planned, Func<Dictionary<string, Tensor>, Tensor> loss)
    {
        Dictionary<string, Tensor> data = Fixture.Networks.Under($"{network}/data/");
        Dictionary<string, Tensor> batch = data.ToDictionary(static entry => entry.Key, static entry => entry.Value[0].Clone());
        var losses = new double[Steps];
        Plan? plan = null;
        for (int step = 0; step < Steps; step++)
        {
            foreach (var (name, target) in batch) data[name][step].CopyInto(target);
            if (!planned)
            {
                losses[step] = Once().Item();
                continue;
            }

            if (plan is null) plan = Plan.Record(Once);
            else plan.Run();
            losses[step] = plan.Output.Item();
        }

        Fixture.AssertClose(Tensor.From(losses).To(DType.F32), Fixture.Networks[$"{network}/losses"], $"{network} loss");
        foreach (Parameter parameter in optimizer.Parameters.Parameters)
            Fixture.AssertClose(parameter.Value, Fixture.Networks[$"{network}/final/{parameter.Name}"], $"{network} final {parameter.Name}");

        Tensor Once()
        {
            Tensor value = loss(batch);
            optimizer.Update(value);
            return value;
        }
    }
}
