namespace Adjoint.Bench;

/// <summary>
/// One whole training iteration that peers run too: the network, batch, optimiser and data shapes are those of the TorchSharp program that bench compares with.
/// The same workload in f64 is the reference of its losses, so batches and noise are drawn as f32 and converted.
/// </summary>
abstract class Workload(DType type)
{
    /// <summary>Key of everything random: weights, data, batches and noise.</summary>
    protected static Key Key { get; } = Key.FromSeed(0);

    /// <summary>Where batches and noise come from; the same stream for both dtypes.</summary>
    protected Generator Generator { get; } = new(Key.Split("batches"));

    /// <summary>f32 when timed, f64 as reference.</summary>
    protected DType Type { get; } = type;

    /// <summary>What the optimisers move.</summary>
    public abstract IReadOnlyList<ParameterSet> Parameters { get; }

    /// <summary>One iteration, op by op.</summary>
    /// <returns>The loss.</returns>
    public abstract Tensor Step();

    /// <summary>A call that runs one iteration from plans and returns the loss.</summary>
    public virtual Func<Tensor> Planned()
    {
        Plan? plan = null;
        return () =>
        {
            if (plan is null) plan = Plan.Record(Step);
            else plan.Run();
            return plan.Output;
        };
    }

    /// <summary>Takes over the first weights of the same workload in another dtype.</summary>
    public void StartFrom(Workload other)
    {
        for (int i = 0; i < Parameters.Count; i++)
            Parameters[i].Load(other.Parameters[i].State.ToDictionary(static pair => pair.Name, pair => pair.Value.To(Type)));
    }

    /// <summary>Standard normal data, the same numbers for both dtypes.</summary>
    protected Tensor Data(string name, Shape shape) => new Generator(Key.Split(name)).Normal(shape).To(Type).Keep();

    /// <summary>Standard normal noise of a step.</summary>
    protected Tensor Noise(Shape shape) => Generator.Normal(shape).To(Type);

    /// <summary>First weights of a module.</summary>
    protected ParameterSet Weights(string name, Module module, IReadOnlyList<ParameterGroup>? groups = null) => new(module, Key.Split(name), Type, groups);
}
