using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>What README.md promises.</summary>
public sealed partial class ReadmeTests
{
    static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    static IEnumerable<string> Commands => CodeBlock().Matches(Text).SelectMany(match => match.Groups[1].Value.Split('\n')).Where(line => line.StartsWith("dotnet ", StringComparison.Ordinal));

    [Test]
    public void TheTwoCommandsForAFreshCloneAreThere()
    {
        Assert.That(Commands, Does.Contain("dotnet run -c Release --project models/cli -- train flow-matching"));
        Assert.That(Commands, Does.Contain("dotnet test -c Release"));
    }

    [Test]
    public void EveryProgramLineRunsWithFewerSteps([ValueSource(nameof(Commands))] string line)
    {
        if (line.StartsWith("dotnet test", StringComparison.Ordinal)) return; // this run
        Match match = ProgramLine().Match(line);
        Assert.That(match.Success, line);
        Assert.That(Path.Combine(Repository.Root, match.Groups["project"].Value), Does.Exist);
        string[] words = match.Groups["words"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!match.Groups["project"].Value.StartsWith("models/cli", StringComparison.Ordinal)) return;
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"readme-{Environment.ProcessId}");
        try
        {
            var errors = new StringWriter();
            string[] shortened = words[0] == "train" ? [.. words, "--steps", "20", "--set", "width=16", "--out", folder] : words;
            int exit = Adjoint.Commands.AdjointCommand.Run(shortened, new StringWriter(), errors);
            Assert.That(exit, Is.Zero, errors.ToString());
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void EveryPathThatItNamesExists()
    {
        string[] missing = [.. PathName().Matches(Text).Select(match => match.Groups[1].Value).Distinct()
            .Where(path => !Path.Exists(Path.Combine(Repository.Root, path)))];
        Assert.That(missing, Is.Empty);
    }

    [GeneratedRegex("```\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^dotnet run -c Release --project (?<project>[a-z/]+) -- (?<words>.*)$")]
    private static partial Regex ProgramLine();

    [GeneratedRegex("`((?:kernels|engine|models|tests|bench)/[A-Za-z0-9_./-]+)`")]
    private static partial Regex PathName();
}
