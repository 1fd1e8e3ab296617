using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>
/// Samples trajectories that end in given objects, by following P_B back to the source: what a policy learns from objects that it did not draw itself, and how log P_T(x) is estimated. Level by level into
/// the slots level·batch + trajectory; trajectories shorter than the longest begin at a later level.
/// </summary>
/// <typeparam name="TEnvironment">The rules.</typeparam>
/// <param name="environment">The rules.</param>
/// <param name="policy">Gives P_B, if it is learned.</param>
/// <param name="generator">Draws.</param>
public sealed class BackwardSampler<TEnvironment>(TEnvironment environment, Policy policy, Generator generator) where TEnvironment : unmanaged, IEnvironment
{
    /// <summary>Number of visits of a batch.</summary>
    public int CapacityOf(int batch) => batch * (environment.HasFixedLength ? environment.LongestPath + 1 : environment.LongestPath);

    /// <summary>Fills the visits with a trajectory to each object.</summary>
    /// <param name="objects">Objects i64 [batch, cells].</param>
    /// <param name="visits">Memory of at least <see cref="CapacityOf"/>.</param>
    public void Fill(Tensor objects, Visits visits)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(visits);
        using var pause = Autodiff.Pause();
        int batch = objects.Shape[0], level = (CapacityOf(batch) / batch) - 1;
        Tensor states = objects, actions = Tensor.Full([batch], environment.HasFixedLength ? -1 : environment.Actions - 1, DType.I64);
        for (; level > 0; level--)
        {
            Tensor ways = Ways(states);
            visits.Put(Tensor.Range(batch, level * batch), states, actions, ways, []);

            // Back at the source there is no way on, and what lies before it is no part of the trajectory.
            (states, actions) = environment.StepBack(states, ways);
        }

        visits.Put(Tensor.Range(batch), states, actions, Tensor.Full([batch], -1, DType.I64), []);
    }

    Tensor Ways(Tensor states)
    {
        Tensor allowed = environment.AllowedBack(states);
        Tensor? learned = policy.Layout.BackwardActions > 0 ? policy.Layout.Split(policy.Forward(states)).Backward : null;
        Tensor logits = learned ?? Tensor.Zeros(allowed.Shape);
        return generator.Categorical(TensorMath.Where(allowed, logits, Tensor.Scalar(double.NegativeInfinity, logits.DType)));
    }
}
