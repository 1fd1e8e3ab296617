namespace Adjoint.Models.GFlowNets;

/// <summary>
/// The reward by which a policy learns an acquisition: R(x) = max(α(x)/max α, floor)^β (gflownet specification, section 5.5: clip and power). It is a table over the library that is written anew each round, and β is a
/// number that may be written between iterations, so that plans stay as they are.
/// </summary>
/// <param name="library">The objects.</param>
/// <param name="floor">The least of α/max α, above 0, that counts.</param>
public sealed class AcquisitionReward(ObjectLibrary library, double floor) : IReward
{
    readonly double logFloor = Math.Log(Check.InRange(floor, 1e-30, 1, "AcquisitionReward: floor"));
    readonly Tensor table = Tensor.Zeros([library.Count]);
    readonly Tensor power = Tensor.Ones([1]);

    /// <summary>β.</summary>
    public double Power
    {
        set => power.Write(value);
    }

    /// <inheritdoc/>
    public Tensor LogOf(Tensor states) => table.Select(0, library.PlacesOf(states)) * power;

    /// <summary>Writes the acquisition of all objects. Where none is above 0, all objects are alike.</summary>
    /// <exception cref="ShapeException">There is not one value for each object.</exception>
    /// <exception cref="NumericalException">A value is not finite.</exception>
    public void Write(ReadOnlySpan<double> acquisition)
    {
        if (acquisition.Length != library.Count) throw new ShapeException($"AcquisitionReward: {acquisition.Length} values are not one for each of {library.Count} objects. Pass the whole library's.");
        double largest = 0;
        for (int place = 0; place < acquisition.Length; place++)
        {
            if (!double.IsFinite(acquisition[place])) throw new NumericalException($"AcquisitionReward: the acquisition of object {place} is {acquisition[place]}. Check the surrogate's fit.");
            largest = Math.Max(largest, acquisition[place]);
        }

        var logs = new float[acquisition.Length];
        for (int place = 0; place < logs.Length; place++)
            logs[place] = largest > 0 && acquisition[place] > 0 ? (float)Math.Max(Math.Log(acquisition[place] / largest), logFloor) : (float)logFloor;
        table.Write<float>(logs);
    }
}
