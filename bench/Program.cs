using Adjoint;
using Adjoint.Bench;

string[] words = [.. args.Where(word => !word.StartsWith("--", StringComparison.Ordinal))];
string[] flags = [.. args.Where(word => word.StartsWith("--", StringComparison.Ordinal))];
string[] unknown = [.. flags.Where(flag => flag is not ("--json" or "--help"))];
if (unknown.Length > 0)
{
    Console.Error.WriteLine($"bench: unknown option {unknown[0]}. Known: --json, --help.");
    return 2;
}

if (words.Length == 0 || flags.Contains("--help"))
{
    Console.WriteLine("usage: bench MODE [--json]");
    foreach (Mode mode in ModeTable.All) Console.WriteLine($"  {mode.Name,-8} {mode.Meaning}");
    Console.WriteLine("example: dotnet run -c Release --project bench -- matmul");
    return words.Length == 0 && !flags.Contains("--help") ? 2 : 0;
}

if (Array.Find(ModeTable.All, mode => mode.Name == words[0]) is not { } chosen)
{
    Console.Error.WriteLine($"bench: no mode '{words[0]}'. Modes: {string.Join(", ", ModeTable.All.Select(mode => mode.Name))}.");
    return 2;
}

try
{
    return chosen.Run(new Output(flags.Contains("--json"))) ? 0 : 1;
}
catch (AdjointException error)
{
    Console.Error.WriteLine($"bench: {error.Message}");
    return 1;
}
