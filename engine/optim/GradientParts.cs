using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// A gradient as a sum of parts, each in memory of its own, for steps whose parts run side by side (<see cref="Plan.RunTogether(Plan[])"/>): halves of a batch, each on one thread with everything
/// that belongs to its rows in its own cache.
/// </summary>
/// <example><code>
/// var parts = new GradientParts(parameters, 2);
/// Plan[] halves = [Plan.Record(() =&gt; parts.Put(0, Autodiff.Gradients(LossOf(first), parameters.Values))), Plan.Record(() =&gt; parts.Put(1, Autodiff.Gradients(LossOf(second), parameters.Values)))];
/// Plan step = Plan.Record(() =&gt; optimizer.Update(parts));
/// for (int i = 1; i &lt; steps; i++)
/// {
///     Plan.RunTogether(halves);
///     step.Run();
/// }
/// </code></example>
public sealed class GradientParts
{
    readonly Tensor[] flat;

    /// <summary>Makes memory, zero at first.</summary>
    /// <param name="parameters">What is optimised.</param>
    /// <param name="count">Number of parts, at least one.</param>
    /// <exception cref="SettingException">There is no part.</exception>
    public GradientParts(ParameterSet parameters, int count)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        flat = new Tensor[Check.AtLeast(count, 1, "GradientParts: number of parts")];
        for (int i = 0; i < flat.Length; i++) flat[i] = StateMemory.Zeros([parameters.Length], parameters.DType, parameters.Flat.Device);
    }

    /// <summary>What is optimised.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Number of parts.</summary>
    public int Count => flat.Length;

    /// <summary>Writes a part.</summary>
    /// <param name="part">Which.</param>
    /// <param name="gradients">One for each of <see cref="ParameterSet.Values"/>.</param>
    /// <exception cref="ShapeException">The gradients do not have the shapes of the parameters.</exception>
    /// <exception cref="DTypeException">Nor their dtype.</exception>
    public void Put(int part, ReadOnlySpan<Tensor> gradients) => Parameters.PackGradients("Put", gradients, flat[part]);

    /// <summary>A part, laid out as the parameters are.</summary>
    internal Tensor this[int part] => flat[part];

    /// <summary>Writes the sum of the parts, in their order.</summary>
    internal void SumInto(Tensor gradient)
    {
        if (flat.Length == 1) flat[0].CopyInto(gradient);
        else Dispatch.RunInto(new Binary<Add>(default), [flat[0], flat[1]], [gradient]);
        for (int i = 2; i < flat.Length; i++) Dispatch.RunInto(new Binary<Add>(default), [gradient, flat[i]], [gradient]);
    }
}
