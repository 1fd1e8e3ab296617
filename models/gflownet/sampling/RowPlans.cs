namespace Adjoint.Models.GFlowNets;

/// <summary>What was recorded once for each number of rows that was met, and the indices (i64 [rows]) that it reads.</summary>
/// <typeparam name="TRecorded">A plan, or several.</typeparam>
sealed class RowPlans<TRecorded> where TRecorded : class
{
    readonly Dictionary<int, (Tensor[] Indices, TRecorded Recorded)> all = [];

    /// <summary>What was recorded for a number of rows, to be run on those indices; null if nothing was yet.</summary>
    public TRecorded? Find(int rows, params ReadOnlySpan<long[]> indices)
    {
        if (!all.TryGetValue(rows, out (Tensor[] Indices, TRecorded Recorded) found)) return null;
        for (int i = 0; i < indices.Length; i++) found.Indices[i].Write<long>(indices[i].AsSpan(0, rows));
        return found.Recorded;
    }

    /// <summary>Runs what was recorded for a number of rows on those indices, or records it, which takes the step as well.</summary>
    public TRecorded RunOrRecord(int rows, Action<TRecorded> run, Func<Tensor[], TRecorded> record, params ReadOnlySpan<long[]> indices)
    {
        TRecorded? found = Find(rows, indices);
        if (found is null) return Record(rows, record, indices);
        run(found);
        return found;
    }

    /// <summary>Records on those indices, which takes the step as well.</summary>
    public TRecorded Record(int rows, Func<Tensor[], TRecorded> record, params ReadOnlySpan<long[]> indices)
    {
        var own = new Tensor[indices.Length];
        for (int i = 0; i < own.Length; i++) own[i] = Tensor.From<long>(indices[i][..rows]).Keep();
        TRecorded recorded = record(own);
        all.Add(rows, (own, recorded));
        return recorded;
    }
}
