namespace Adjoint.Models.GFlowNets;

/// <summary>Which candidates make a batch.</summary>
public static class BatchChoice
{
    /// <summary>
    /// Goes through candidates in order and takes each that is at least <paramref name="spacing"/> away from all taken before. If that leaves places in the batch, the first of those that were passed over
    /// fill them.
    /// </summary>
    /// <param name="candidates">Different objects, the most wanted first.</param>
    /// <param name="count">Size of the batch; all candidates if there are fewer.</param>
    /// <param name="spacing">The least distance; up to 1 excludes nothing.</param>
    /// <param name="distance">Distance between two candidates.</param>
    public static int[] Spaced(IReadOnlyList<int> candidates, int count, int spacing, Func<int, int, int> distance)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(distance);
        List<int> taken = [], passed = [];
        for (int i = 0; i < candidates.Count && taken.Count < count; i++)
        {
            int candidate = candidates[i];
            bool isNear = spacing > 1 && taken.Exists(other => distance(candidate, other) < spacing);
            (isNear ? passed : taken).Add(candidate);
        }

        return [.. taken, .. passed.Take(count - taken.Count)];
    }

    /// <summary>Objects in order of falling value; of equal ones the earlier stays first.</summary>
    public static int[] ByValue(IEnumerable<int> places, double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. places.OrderByDescending(place => values[place])];
    }
}
