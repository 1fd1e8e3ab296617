using System.Reflection;
using System.Text;
using NUnit.Framework;

namespace Adjoint.Tests.Coverage;

/// <summary>What the papers ask of the engine is there: models/COVERAGE.md lists it, written from operations.txt and the specifications.</summary>
[TestFixture]
public sealed class CoverageTests
{
    static readonly string table = Path.Combine(Repository.Root, "models", "COVERAGE.md");

    static readonly Assembly[] assemblies = [typeof(Tensor).Assembly, typeof(Models.IModel).Assembly, typeof(Kernels.Gpu.KernelTable).Assembly];

    static IEnumerable<TestCaseData> Covers => PaperNeeds.All.SelectMany(static need => need.Covers.Select(cover => new TestCaseData(cover).SetArgDisplayNames($"{need.Name}: {cover}")));

    static IEnumerable<string> Papers => Directory.Exists(PaperNeeds.Papers) ? Directory.EnumerateFiles(PaperNeeds.Papers, "*.md").Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal) : [];

    [TestCaseSource(nameof(Covers))]
    public void What_covers_an_operation_exists(string cover)
    {
        if (cover.StartsWith("op:", StringComparison.Ordinal))
        {
            Assert.That(OpTable.All.Select(static entry => entry.Name), Does.Contain(cover[3..]));
            return;
        }

        string[] parts = cover.Split('.');
        Type[] types = [.. assemblies.SelectMany(static assembly => assembly.GetExportedTypes()).Where(type => type.Name.Split('`')[0] == parts[0])];
        Assert.That(types, Is.Not.Empty, "no such public type");
        if (parts.Length == 2) Assert.That(types.SelectMany(static type => type.GetMembers()).Select(static member => member.Name), Does.Contain(parts[1]));
    }

    [Test]
    public void Each_phrase_of_each_paper_is_covered_or_asks_for_nothing()
    {
        RequirePapers();
        foreach (string paper in Papers)
        {
            IEnumerable<string> holes = Phrases(paper).Where(static phrase => !PaperNeeds.IsSize(phrase)
                && !Array.Exists(PaperNeeds.All, need => PaperNeeds.Says(phrase, need.Words)) && !PaperNeeds.Says(phrase, PaperNeeds.Passed, exactly: true));
            Assert.That(holes, Is.Empty, $"{paper}: add a line to tests/coverage/operations.txt, and what covers it");
        }
    }

    [Test]
    public void The_table_is_what_the_list_and_the_papers_give()
    {
        RequirePapers();
        Assert.That(File.ReadAllText(table), Is.EqualTo(Table()), $"write it anew: dotnet test -c Release --filter {nameof(Write_the_table)}");
    }

    [Test]
    [Explicit("writes models/COVERAGE.md")]
    public void Write_the_table()
    {
        RequirePapers();
        File.WriteAllText(table, Table());
    }

    static void RequirePapers()
    {
        if (!Papers.Any()) Assert.Ignore("The papers' specifications are not beside the repository (../shared/papers).");
    }

    static string[] Phrases(string paper) => PaperNeeds.Phrases(File.ReadAllText(Path.Combine(PaperNeeds.Papers, paper + ".md")));

    static bool Asks(string paper, Need need) =>
        Array.Exists(Phrases(paper), phrase => PaperNeeds.Says(phrase, need.Words) || PaperNeeds.References(phrase).Any(other => other != paper && Asks(other, need)));

    static string Table()
    {
        var text = new StringBuilder("# What the papers ask of the engine\n\nWritten by the test `Write_the_table` from `tests/coverage/operations.txt` and the papers' specifications; a test keeps it true. ");
        text.Append("`op` is a line of the op table, and runs on the CPU and on devices; the rest is written in terms of ops.\n\n| operation | covered by | papers |\n|---|---|---|\n");
        foreach (Need need in PaperNeeds.All)
        {
            text.Append("| ").Append(need.Name).Append(" | ").AppendJoin(", ", need.Covers.Select(static cover => cover.StartsWith("op:", StringComparison.Ordinal) ? $"op `{cover[3..]}`" : $"`{cover}`"));
            text.Append(" | ").AppendJoin(", ", Papers.Where(paper => Asks(paper, need))).Append(" |\n");
        }

        return text.ToString();
    }
}
