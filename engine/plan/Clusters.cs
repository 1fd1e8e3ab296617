namespace Adjoint;

/// <summary>Groups of instructions that run as one. A group may not wait for something that waits for the group.</summary>
sealed class Clusters
{
    readonly List<int>[] before;
    readonly int[] cluster;
    readonly List<int>?[] members;

    /// <summary>Every instruction by itself.</summary>
    public Clusters(List<int>[] before)
    {
        this.before = before;
        cluster = [.. Enumerable.Range(0, before.Length)];
        members = [.. cluster.Select(static i => (List<int>)[i])];
    }

    /// <summary>The group of an instruction, named by one of its members.</summary>
    public int Of(int instruction) => cluster[instruction];

    /// <summary>The instructions of a group, in order.</summary>
    public IReadOnlyList<int> Members(int group) => members[group]!;

    /// <summary>Joins two groups if nothing outside stands between them.</summary>
    public bool TryMerge(int first, int second)
    {
        if (first == second || StandsBetween(first, second) || StandsBetween(second, first)) return false;
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
        var followers = new Dictionary<int, List<int>>();
        for (int group = 0; group < members.Length; group++)
        {
            if (members[group] is null) continue;
            HashSet<int> needs = waiting[group] = Before(group);
            foreach (int other in needs)
            {
                if (!followers.TryGetValue(other, out List<int>? list)) followers[other] = list = [];
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
            foreach (int follower in followers.GetValueOrDefault(group) ?? [])
            {
                if (waiting[follower].Remove(group) && waiting[follower].Count == 0) ready.Enqueue(follower, members[follower]![^1]);
            }
        }

        return order;
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

    // Whether a chain of dependencies leads from one group to another through a third.
    bool StandsBetween(int from, int to)
    {
        int earliest = members[from]![0];
        var seen = new HashSet<int> { from, to };
        var stack = new Stack<int>();
        foreach (int group in Before(to))
        {
            if (seen.Add(group)) stack.Push(group);
        }

        while (stack.TryPop(out int group))
        {
            if (members[group]![^1] < earliest) continue;
            foreach (int other in Before(group))
            {
                if (other == from) return true;
                if (seen.Add(other)) stack.Push(other);
            }
        }

        return false;
    }
}
