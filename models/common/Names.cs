namespace Adjoint.Models;

/// <summary>Help for people who mistype names.</summary>
public static class Names
{
    /// <summary><c> Did you mean 'moons'?</c> if one of the known names is near, otherwise nothing.</summary>
    public static string DidYouMean(string typed, IEnumerable<string> known) => Nearest(typed, known) is { } name ? $" Did you mean '{name}'?" : "";

    /// <summary>The known name at the smallest edit distance, if that is at most a third of the longer length (and at least one edit is forgiven).</summary>
    public static string? Nearest(string typed, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(typed);
        ArgumentNullException.ThrowIfNull(known);
        string? best = null;
        int least = int.MaxValue;
        foreach (string name in known)
        {
            int distance = Distance(typed, name);
            bool near = distance <= Math.Max(1, Math.Max(typed.Length, name.Length) / 3);
            bool begins = typed.Length >= 2 && name.StartsWith(typed, StringComparison.OrdinalIgnoreCase);
            if ((!near && !begins) || distance >= least) continue;
            (best, least) = (name, distance);
        }

        return best;
    }

    /// <summary>Text from outside made fit for a one-line message: control characters become spaces, long text is cut.</summary>
    public static string Show(string text, int longest = 80)
    {
        ArgumentNullException.ThrowIfNull(text);
        string cut = text.Length > longest ? string.Concat(text.AsSpan(0, longest), "…") : text;
        return string.Concat(cut.Select(letter => char.IsControl(letter) ? ' ' : letter));
    }

    // Edits are insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    static int Distance(string left, string right)
    {
        if (left.Length > 64) return int.MaxValue;
        var table = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++) table[i, 0] = i;
        for (int j = 0; j <= right.Length; j++) table[0, j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int change = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                table[i, j] = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[left.Length, right.Length];
    }

    static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
