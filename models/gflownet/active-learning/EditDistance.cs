namespace Adjoint.Models.GFlowNets;

/// <summary>The least number of letters to insert, delete or replace that turns one string into another (Levenshtein 1966).</summary>
public static class EditDistance
{
    const int MostOnStack = 128;

    /// <summary>The distance between two strings of numbers; 0 exactly if they are equal.</summary>
    public static int Between(ReadOnlySpan<long> first, ReadOnlySpan<long> second)
    {
        // Entry j is the distance between what was read of the first string and the first j letters of the second.
        Span<int> row = second.Length < MostOnStack ? stackalloc int[MostOnStack] : new int[second.Length + 1];
        for (int j = 0; j <= second.Length; j++) row[j] = j;
        for (int i = 0; i < first.Length; i++)
        {
            int corner = row[0];
            row[0] = i + 1;
            for (int j = 0; j < second.Length; j++)
            {
                int replaced = corner + (first[i] == second[j] ? 0 : 1);
                corner = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], corner) + 1);
            }
        }

        return row[second.Length];
    }
}
