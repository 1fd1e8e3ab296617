namespace Adjoint;

/// <summary>Groups of instructions that run as one. A group may not wait for something that waits for the group.</summary>
sealed class Clusters
{
    readonly List<int>[] before, followers;
    readonly int[] cluster;
    readonly List<int>?[] members;

    // All groups in a line in which each stands behind those that it waits for, and where each stands; -1 where a group has ended. Kept up by moving only what stands between
    // two groups that join (after Pearce and Kelly, 2006: topological order kept up under changes).
    readonly int[] line, place;
    readonly HashSet<int> after = [];

    /// <summary>Every instruction by itself.</summary>
    /// <param name="before">For each instruction, the earlier ones that it must follow.</param>
    public Clusters(List<int>[] before)
    {
        this.before = before;
        followers = Array.ConvertAll(before, static _ => new List<int>());
        for (int i = 0; i < before.Length; i++)
        {
            foreach (int earlier in before[i]) followers[earlier].Add(i);
        }

        cluster = [.. Enumerable.Range(0, before.Length)];
        members = [.. cluster.Select(static i => (List<int>)[i])];
        (line, place) = ([.. cluster], [.. cluster]);
    }

    /// <summary>The group of an instruction, named by one of its members.</summary>
    public int Of(int instruction) => cluster[instruction];

    /// <summary>The instructions of a group, in order.</summary>
    public IReadOnlyList<int> Members(int group) => members[group]!;

    /// <summary>Joins two groups if nothing outside stands between them.</summary>
    public bool TryMerge(int first, int second)
    {
        if (place[first] > place[second]) (first, second) = (second, first);
        if (first == second || StandsBetween(first, second)) return false;
        Rearrange(first, second);
        foreach (int one in members[second]!) cluster[one] = first;
        List<int> all = members[first]!;
        all.AddRange(members[second]!);
        all.Sort();
        members[second] = null;
        return true;
    }

    /// <summary>The groups in an order in which each follows all that it depends on; among those that may run, the one whose last member was recorded first.</summary>
    public List<int> Order()
    {
        var waiting = new Dictionary<int, HashSet<int>>();
        var waitedFor = new Dictionary<int, List<int>>();
        for (int group = 0; group < members.Length; group++)
        {
            if (members[group] is null) continue;
            HashSet<int> needs = waiting[group] = Before(group);
            foreach (int other in needs)
            {
                if (!waitedFor.TryGetValue(other, out List<int>? list)) waitedFor[other] = list = [];
                list.Add(group);
            }
        }

        var ready = new PriorityQueue<int, int>();
        foreach (var (group, needs) in waiting)
        {
            if (needs.Count == 0) ready.Enqueue(group, members[group]![^1]);
        }

        var order = new List<int>();
        while (ready.TryDequeue(out int group, out _))
        {
            order.Add(group);
            foreach (int follower in waitedFor.GetValueOrDefault(group) ?? [])
            {
                if (waiting[follower].Remove(group) && waiting[follower].Count == 0) ready.Enqueue(follower, members[follower]![^1]);
            }
        }

        return order.Count == waiting.Count ? order : throw new InvalidOperationException("The groups of a plan wait for each other.");
    }

    HashSet<int> Before(int group)
    {
        var result = new HashSet<int>();
        foreach (int one in members[group]!)
        {
            foreach (int other in before[one]) result.Add(cluster[other]);
        }

        result.Remove(group);
        return result;
    }

    // Whether a chain of dependencies leads from one group to a later one through a third. Leaves in `after` what follows the first and stands no later than the second.
    bool StandsBetween(int first, int second)
    {
        after.Clear();
        var stack = new Stack<int>([first]);
        while (stack.TryPop(out int group))
        {
            foreach (int one in members[group]!)
            {
                foreach (int follower in followers[one])
                {
                    int next = cluster[follower];
                    if (next == second && group != first) return true;
                    if (next == first || next == second || place[next] > place[second] || !after.Add(next)) continue;
                    stack.Push(next);
                }
            }
        }

        return false;
    }

    // The second group ends, and the first takes its place but for what follows the first, which moves behind it.
    void Rearrange(int first, int second)
    {
        int start = place[first], end = place[second];
        int[] moved = [.. line[start..(end + 1)].Where(after.Contains)];
        int[] kept = [.. line[start..(end + 1)].Where(group => group >= 0 && group != first && group != second && !after.Contains(group))];
        int at = start;
        foreach (int group in (int[])[.. kept, first, .. moved])
        {
            line[at] = group;
            place[group] = at++;
        }

        Array.Fill(line, -1, at, end + 1 - at);
    }
}
