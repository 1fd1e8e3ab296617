using System.Diagnostics;
using System.Reflection;

namespace Adjoint.Bench;

/// <summary>The checkout that bench was built from, and programs that run in it.</summary>
static class Checkout
{
    const int ShortName = 9;

    /// <summary>Folder that holds Engine.sln.</summary>
    /// <exception cref="BenchException">The program is not in a checkout.</exception>
    public static string Root => root.Value;

    static readonly Lazy<string> root = new(() => Find() ?? throw new BenchException($"no Engine.sln above {AppContext.BaseDirectory}. Run this mode from a checkout."));

    /// <summary>Short name of the commit, with a plus where files differ from it; for a published program the commit that it was built from.</summary>
    public static string Commit()
    {
        if (Find() is null)
        {
            string version = typeof(Checkout).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
            int mark = version.IndexOf('+', StringComparison.Ordinal);
            return mark < 0 ? "unknown" : version[(mark + 1)..][..Math.Min(ShortName, version.Length - mark - 1)];
        }

        var (exit, name, _) = Run("git", ["rev-parse", "--short", "HEAD"]);
        if (exit != 0) return "unknown";
        var (_, changes, _) = Run("git", ["status", "--porcelain", "--untracked-files=no"]);
        return name.Trim() + (changes.Trim().Length > 0 ? "+" : "");
    }

    /// <summary>Runs a program in the checkout (or another folder) to its end.</summary>
    /// <exception cref="BenchException">There is no such program.</exception>
    public static (int ExitCode, string Output, string Errors) Run(string program, IEnumerable<string> arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder ?? Find() ?? Environment.CurrentDirectory, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            process.WaitForExit();
            return (process.ExitCode, output.Result, errors.Result);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new BenchException($"{program} does not start: {error.Message}. Install it or correct the command.", error);
        }
    }

    static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Engine.sln"))) return folder.FullName;
        }

        return null;
    }
}
