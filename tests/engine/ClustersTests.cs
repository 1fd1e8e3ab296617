using NUnit.Framework;

namespace Adjoint.Tests.Engine;

/// <summary>Groups of instructions against a search over the whole graph of groups.</summary>
[TestFixture]
public sealed class ClustersTests
{
    [Test]
    public void Groups_join_exactly_when_none_would_wait_for_itself([Range(0, 59)] int seed)
    {
        var random = new Random(seed);
        int count = random.Next(2, 40);
        double density = random.NextDouble() * 0.3;
        List<int>[] before = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, i).Where(_ => random.NextDouble() < density).ToList())];
        var clusters = new Clusters(before);
        int[] cluster = [.. Enumerable.Range(0, count)];
        for (int attempt = 0; attempt < 3 * count; attempt++)
        {
            int first = clusters.Of(random.Next(count)), second = clusters.Of(random.Next(count));
            if (first == second) continue;
            int[] joined = Array.ConvertAll(cluster, group => group == second ? first : group);
            bool legal = !HasCycle(before, joined);
            Assert.That(clusters.TryMerge(first, second), Is.EqualTo(legal), $"seed {seed}, attempt {attempt}");
            cluster = [.. Enumerable.Range(0, count).Select(clusters.Of)];
        }

        var done = new HashSet<int>();
        foreach (int group in clusters.Order())
        {
            int[] members = [.. clusters.Members(group)];
            done.UnionWith(members);
            foreach (int one in members) Assert.That(before[one], Is.SubsetOf(done), $"seed {seed}, instruction {one}");
        }

        Assert.That(done, Has.Count.EqualTo(count));
    }

    // Takes away groups that wait for nothing until none is left or all that are left wait.
    static bool HasCycle(List<int>[] before, int[] cluster)
    {
        var left = new HashSet<int>(cluster);
        while (left.Count > 0)
        {
            int free = left.FirstOrDefault(group => Enumerable.Range(0, before.Length).Where(i => cluster[i] == group).All(i => before[i].TrueForAll(j => cluster[j] == group || !left.Contains(cluster[j]))), -1);
            if (!left.Remove(free)) return true;
        }

        return false;
    }
}
