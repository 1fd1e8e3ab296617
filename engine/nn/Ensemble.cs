namespace Adjoint;

/// <summary>
/// Several networks of one kind, trained as one: every parameter has an axis of members in front and products are batched, so a step costs few calls however many members there are. Works for
/// networks of <see cref="Linear"/> layers and pointwise functions. Inputs are [rows, ...] for all members or [members, rows, ...]; results are [members, rows, ...]. Sum the members' losses: each
/// then has the gradient that it would have alone, and an optimiser without a norm over all parameters the same steps.
/// </summary>
/// <typeparam name="TModule">The network.</typeparam>
public sealed class Ensemble<TModule> : Module where TModule : Module
{
    readonly TModule pattern;
    readonly (string Name, Parameter One, Parameter All)[] pairs;

    /// <summary>Makes the parameters; first values of each member come from keys of its own.</summary>
    /// <param name="members">Number of networks.</param>
    /// <param name="make">Makes a network, whose parameters belong to no set.</param>
    /// <exception cref="SettingException">There are no members.</exception>
    public Ensemble(int members, Func<TModule> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        Members = Check.AtLeast(members, 1, "Ensemble members");
        pattern = make();
        pairs = [.. pattern.NamedParameters.Select(pair => (pair.Name, pair.Parameter, Add(pair.Name, [members, .. pair.Parameter.Shape], EachMember(pair.Parameter))))];
    }

    /// <summary>Number of networks.</summary>
    public int Members { get; }

    /// <summary>Runs the network with the parameters of all members, as an expression over its parts.</summary>
    public Tensor Forward(Func<TModule, Tensor> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        pattern.Training = Training;
        foreach (var (_, one, all) in pairs) one.Show(all.Value);
        return run(pattern);
    }

    /// <summary>The parameters of one member by the names that they have in a single network: views, to load into one or to read.</summary>
    public IReadOnlyDictionary<string, Tensor> Member(int index) => pairs.ToDictionary(static pair => pair.Name, pair => pair.All.Value.Detach().At(0, index));

    // The generator that comes in has the parameter's own key, of which each member gets a part.
    static Initializer EachMember(Parameter parameter) => (shape, dtype, generator) =>
    {
        var key = new Key(unchecked((ulong)generator.State.Read<long>()[0]));
        return TensorMath.Stack([.. Enumerable.Range(0, shape[0]).Select(member => parameter.Initializer(parameter.Shape, dtype, new Generator(key.Split(member))))], 0);
    };
}

/// <summary>What goes with parameters that have an axis in front.</summary>
public static class Ensemble
{
    /// <summary>The output of an ensemble of layers.</summary>
    public static Tensor Forward<TModule>(this Ensemble<TModule> ensemble, Tensor x) where TModule : Layer
    {
        ArgumentNullException.ThrowIfNull(ensemble);
        return ensemble.Forward(layer => layer.Forward(x));
    }

    /// <summary>
    /// The gradient of each sample's own loss by the parameters of a network of <see cref="Linear"/> layers and pointwise functions, in one pass: the network runs as an ensemble of as many
    /// members as samples, all alike.
    /// </summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="losses">Losses [batch], from inputs [batch, 1, ...]: one row for each sample.</param>
    /// <returns>[batch, ...] for each parameter, in the set's order.</returns>
    /// <exception cref="ShapeException">There is not one loss a sample.</exception>
    public static Tensor[] PerSampleGradients(ParameterSet parameters, int batch, Func<Tensor> losses)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(losses);
        Tensor[] values = parameters.Values.ToArray();
        try
        {
            return Autodiff.PerSampleGradients(
                copies =>
                {
                    for (int i = 0; i < copies.Length; i++) parameters.Parameters[i].Show(copies[i]);
                    return losses();
                },
                batch,
                values);
        }
        finally
        {
            foreach (Parameter parameter in parameters.Parameters) parameter.Show(null);
        }
    }
}
