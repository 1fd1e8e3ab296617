namespace Adjoint.Models.GFlowNets;

/// <summary>
/// log R = xᵀ J x with x the spins ±1 and J the coupling times the adjacency of the torus: each bond counts twice. On a side of 2 the two bonds between a pair of sites count both. For
/// <see cref="IsingTorus"/> (gflownet specification, section 5.3).
/// </summary>
public sealed class IsingReward : IReward
{
    readonly int sites;
    readonly Tensor interaction;

    /// <summary>The reward of a torus; its matrix lies on the default device.</summary>
    /// <param name="side">Sites along each axis, from 2 on.</param>
    /// <param name="coupling">Above 0, equal spins attract.</param>
    /// <param name="dtype">F32 or F64, the dtype of log R.</param>
    /// <exception cref="SettingException">The side is below 2, or the coupling is not finite.</exception>
    public IsingReward(int side, double coupling, DType dtype = DType.F32)
    {
        Check.AtLeast(side, 2, "IsingReward: side");
        Check.InRange(coupling, double.MinValue, double.MaxValue, "IsingReward: coupling");
        sites = side * side;
        var bonds = new double[sites, sites];
        for (int site = 0; site < sites; site++)
        {
            int row = site / side, column = site % side, right = (row * side) + ((column + 1) % side), below = (((row + 1) % side) * side) + column;
            foreach (int other in (int[])[right, below])
            {
                bonds[site, other] += coupling;
                bonds[other, site] += coupling;
            }
        }

        interaction = Tensor.From(bonds).To(dtype);
    }

    /// <inheritdoc/>
    public Tensor LogOf(Tensor states)
    {
        RewardChecks.States("IsingReward", states, sites);
        Tensor spins = states.To(interaction.DType).Affine(2, -3);
        return (spins.MatMul(interaction) * spins).Sum(1);
    }
}
