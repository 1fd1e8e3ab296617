using Adjoint;
using Adjoint.Bench;

try
{
    Options options = Options.Parse(args);
    if (options.Mode is null || options.Help)
    {
        Console.WriteLine("usage: bench MODE [--json] [--out FILE]");
        foreach (Mode mode in ModeTable.All) Console.WriteLine($"  {mode.Name,-8} {mode.Meaning}");
        Console.WriteLine("example: dotnet run -c Release --project bench -- matmul");
        return options.Help ? 0 : 2;
    }

    if (Array.Find(ModeTable.All, mode => mode.Name == options.Mode) is not { } chosen)
        throw new BenchException($"no mode '{options.Mode}'. Modes: {string.Join(", ", ModeTable.All.Select(mode => mode.Name))}.");
    if (options.Out is { } place) Results.CheckWritable(place);
    var output = new Output(options, SpeedFloor.Parse(Embedded.Text("floors.json"), "floors.json"));
    bool reached = chosen.Run(output) && output.FloorsReached;
    if (options.Out is { } path) Results.Save(path, chosen.Name, output.Measurements, output.Facts);
    return reached ? 0 : 1;
}
catch (BenchException error)
{
    Console.Error.WriteLine($"bench: {error.Message}");
    return 2;
}
catch (AdjointException error)
{
    Console.Error.WriteLine($"bench: {error.Message}");
    return 1;
}
