namespace Adjoint.Kernels;

/// <summary>
/// Random orders: the numbers 0 … n-1 sorted by the 64-bit elements of a draw, and by themselves where two elements are equal. Any sort
/// gives the same order, a parallel one included, and all n! orders are equally likely but for such ties (n² / 2^65).
/// </summary>
public static class Permutation
{
    /// <summary>How long the workspace for n numbers must be.</summary>
    public static int WorkspaceLength(int n) => checked(2 * n);

    /// <summary>Fills a span with a permutation of its own indices, in a time that grows with its length.</summary>
    /// <param name="permutation">[n]; receives the order.</param>
    /// <param name="workspace">At least <see cref="WorkspaceLength"/> elements, overwritten.</param>
    /// <param name="draw">The draw; it uses two words an element.</param>
    /// <exception cref="ArgumentException">The workspace is too short.</exception>
    public static void Shuffle(Span<long> permutation, Span<ulong> workspace, Draw draw)
    {
        int n = permutation.Length;
        if (workspace.Length < WorkspaceLength(n))
            throw new ArgumentException($"Shuffle: a permutation of {n} needs a workspace of {WorkspaceLength(n)}, got {workspace.Length}.");

        Span<ulong> keys = workspace[..n], places = workspace.Slice(n, n);
        RandomKernels.Bits64(keys, draw);

        // Keys are uniform, so their leading part spreads them over n buckets of about one each.
        places.Clear();
        foreach (ulong key in keys) places[Bucket(key, n)]++;
        ulong before = 0;
        foreach (ref ulong place in places) (place, before) = (before, before + place);
        for (int i = 0; i < n; i++) permutation[(int)places[Bucket(keys[i], n)]++] = i;

        // What remains unsorted lies within a bucket. Equal keys stay in the order of their indices.
        for (int i = 1; i < n; i++)
        {
            long moved = permutation[i];
            ulong key = keys[(int)moved];
            int hole = i;
            for (; hole > 0 && keys[(int)permutation[hole - 1]] > key; hole--) permutation[hole] = permutation[hole - 1];
            permutation[hole] = moved;
        }
    }

    static int Bucket(ulong key, int n) => (int)Math.BigMul(key, (ulong)n, out _);
}
