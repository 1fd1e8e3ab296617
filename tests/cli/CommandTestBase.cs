using System.Text.Json;
using Adjoint.Commands;
using Adjoint.Models;
using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>Runs the command in process, in a folder of its own.</summary>
abstract class CommandTestBase
{
    string folder = "";
    int threads;

    /// <summary>What a command line gave back.</summary>
    protected sealed record Outcome(int Code, string Output, string Error)
    {
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public JsonElement[] Events => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    [SetUp]
    public void CreateFolder()
    {
        threads = Settings.Threads;
        folder = Directory.CreateTempSubdirectory("adjoint-tests-").FullName;
    }

    [TearDown]
    public void RemoveFolder()
    {
        Settings.Threads = threads;
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A path in the test's folder.</summary>
    protected string At(params string[] parts) => Path.Combine([folder, .. parts]);

    /// <summary>Everything in the test's folder.</summary>
    protected string[] Everything() => Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories);

    protected static Outcome Run(params string[] args) => Run(new ToyModel(), new StopSignal(), args);

    protected static Outcome Run(IModel model, StopSignal stop, params string[] args) => Run(model, stop, TimeSpan.FromSeconds(20), args);

    protected static Outcome Run(IModel model, StopSignal stop, TimeSpan checkpointInterval, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = AdjointCommand.Run(args, new CommandContext([model], output, error, stop) { CheckpointInterval = checkpointInterval });
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>Trains and fails the test if that does not succeed.</summary>
    protected Outcome Train(string name, params string[] args)
    {
        Outcome outcome = Run(["train", "toy-squares", "--out", At(name), .. args]);
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        return outcome;
    }

    protected static void AssertOneLine(string text)
    {
        Assert.That(text, Does.StartWith("adjoint: "));
        Assert.That(text.TrimEnd('\n'), Does.Not.Contain('\n'));
        Assert.That(text, Does.Not.Contain("   at ").And.Not.Contain("internal error"));
    }
}
