using NUnit.Framework;

namespace Adjoint.Tests;

/// <summary>The checkout that the tests were built from.</summary>
static class Repository
{
    /// <summary>Folder that holds Engine.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>Source files of the given folders, build output left out.</summary>
    public static IEnumerable<string> Sources(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    /// <summary>A path as seen from the root.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path);

    /// <summary>Runs a program in the checkout and returns its exit code and output.</summary>
    public static (int ExitCode, string Output) Run(string program, string arguments, string? folder = null, int seconds = 600)
    {
        var start = new System.Diagnostics.ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {arguments} ran longer than {seconds} s");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }

    static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Engine.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests run outside of a checkout: no Engine.sln above " + AppContext.BaseDirectory);
    }
}
