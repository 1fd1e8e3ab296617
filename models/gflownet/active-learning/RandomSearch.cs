namespace Adjoint.Models.GFlowNets;

/// <summary>The baseline of active learning: batches drawn evenly from the objects without a label.</summary>
public static class RandomSearch
{
    /// <summary>What its rounds bring.</summary>
    /// <param name="library">The objects.</param>
    /// <param name="oracle">The label of a place.</param>
    /// <param name="initial">Places labelled at the start.</param>
    /// <param name="rounds">Number of rounds.</param>
    /// <param name="settings">Size of a batch.</param>
    /// <param name="key">All randomness.</param>
    public static RoundRecord[] Run(ObjectLibrary library, Func<int, double> oracle, IReadOnlyList<int> initial, int rounds, ActiveLearningSettings settings, Key key)
    {
        ArgumentNullException.ThrowIfNull(oracle);
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentNullException.ThrowIfNull(settings);
        var data = new LabelledObjects(library);
        foreach (int place in initial) data.Add(place, oracle(place));
        var records = new RoundRecord[rounds];
        for (int round = 0; round < rounds; round++)
        {
            foreach (int place in Draw(data.Unlabelled(), settings.Batch, key.Split(round))) data.Add(place, oracle(place));
            records[round] = RoundRecord.Of(library, data, initial.Count, settings.Batch, settings.Top);
        }

        return records;
    }

    /// <summary>Some of several places, each as likely as any other.</summary>
    /// <exception cref="SettingException">There are fewer than are wanted.</exception>
    public static int[] Draw(IReadOnlyList<int> places, int count, Key key)
    {
        ArgumentNullException.ThrowIfNull(places);
        if (count > places.Count) throw new SettingException($"RandomSearch: {count} objects of {places.Count}. Take fewer rounds or smaller batches.");
        if (count == 0) return [];
        long[] order = new Generator(key).Permutation(places.Count).Read<long>();
        return [.. order.Take(count).Select(row => places[(int)row])];
    }
}
