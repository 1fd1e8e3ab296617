using Adjoint.Kernels;

namespace Adjoint.Models.GFlowNets;

/// <summary>Draws objects of environments in which all trajectories have one length: every level goes on with the whole batch, in one plan.</summary>
static class LevelSampler
{
    const int Batch = 256;

    /// <summary>Objects i64 [count, cells] from a policy as it is, without exploration.</summary>
    public static Tensor Draw<TEnvironment>(TEnvironment environment, GFlowNet<TEnvironment> network, int count, Key key) where TEnvironment : unmanaged, IEnvironment
    {
        int batch = Math.Min(count, Batch), levels = environment.LongestPath, cells = environment.Cells;
        var sampler = new ForwardSampler<TEnvironment>(
            environment, network.Policy, static (heads, _) => heads.Forward, batch, levels * batch, network.Parameters.DType, new Generator(key));
        Plan plan = Plan.Record(() =>
        {
            sampler.Begin(Tensor.Range(batch));
            for (int level = 1; level < levels; level++) sampler.Advance(Tensor.Range(batch), Tensor.Range(batch, level * batch));
            return sampler.Current.Clone();
        });
        var objects = new long[count * cells];
        for (int first = 0; first < count; first += batch)
        {
            if (first > 0) plan.Run();
            int kept = Math.Min(batch, count - first);
            plan.Output.Read<long>().AsSpan(0, kept * cells).CopyTo(objects.AsSpan(first * cells));
        }

        return Tensor.From(objects, [count, cells]);
    }
}
