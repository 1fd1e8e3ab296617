using System.CommandLine;
using System.Globalization;
using Adjoint.Gpu;
using Adjoint.Kernels;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint kernels tune</c>: measures the tiles of matrix products on a device and keeps the fastest in a file.</summary>
sealed class KernelsTuneCommand
{
    const int StandardMilliseconds = 50, MostMilliseconds = 60_000;

    readonly CommandContext context;
    readonly Option<string?> device = Usage.Value("--device", "NAME", "where to measure: cuda:0 (default), cuda:1, simulator");
    readonly Option<string[]> set = new("--set")
    {
        Description = "shapes: ROWSxCOLUMNSxINNER, BATCHx before it, :f32, :tf32, :bf16 or :f64 behind it (default: squares, the models' layers, attention)",
        HelpName = "SHAPE", AllowMultipleArgumentsPerToken = true,
    };

    readonly Option<string?> milliseconds = Usage.Value("--milliseconds", "N", $"time for each tile (default: {StandardMilliseconds})");
    readonly Option<string?> file = Usage.Value("--out", "FILE", "keep the tiles there (default: the file that is read when the device is opened)");
    readonly Option<bool> again = Usage.Switch("--again", "also measure shapes that the file has");
    readonly Option<bool> json = Usage.JsonSwitch();

    KernelsTuneCommand(CommandContext context) => this.context = context;

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var parts = new KernelsTuneCommand(context);
        var command = new ExampleCommand(
            "tune",
            $"Measure the tiles of matrix products and keep the fastest for each shape; a CUDA device reads its file, {Path.Combine(Settings.KernelFolder, "matmul-*.json")}, when it is opened. "
            + "A run that was stopped goes on where it was. Another tile may give sums other last bits.",
            "kernels tune", "kernels tune --device cuda:0 --set 4096x4096x4096:tf32 96x256x256x64", "kernels tune --device simulator --set 6x8x4 --milliseconds 1")
        {
            parts.device, parts.set, parts.milliseconds, parts.file, parts.again, parts.json,
        };
        command.SetAction(parts.Run);
        return command;
    }

    int Run(ParseResult parsed)
    {
        string[] typed = parsed.GetValue(set) ?? [];
        MatMulShapeKey[] asked = [.. (typed.Length > 0 ? typed.Select(ProductShapes.Parse) : ProductShapes.Standard).Distinct()];
        double seconds = (Usage.Whole(parsed, milliseconds, 1, MostMilliseconds) ?? StandardMilliseconds) / 1e3;
        DeviceBackend backend = Open(parsed);
        bool isSimulated = backend.Device.Kind == DeviceKind.Simulator, isJson = parsed.GetValue(json);
        if (isSimulated && typed.Length == 0) throw new SettingException("The simulator takes hours for the standard shapes. Name small ones, such as --set 6x8x4.");

        string? path = Usage.Text(parsed, file) ?? (isSimulated ? null : TuningFile.PathOf(backend.Description));
        MatMulTuning kept = Kept(path, backend, parsed.GetValue(file) is not null);
        MatMulShapeKey[] shapes = parsed.GetValue(again) ? asked : [.. asked.Where(shape => !kept.Tiles.ContainsKey(shape))];
        if (kept.Tiles.Keys.Union(shapes).Count() > MatMulTuning.MaxEntries)
            throw new SettingException($"{path ?? "--set"}: more than {MatMulTuning.MaxEntries} shapes. Name fewer by --set, or delete the file.");
        int tiles = shapes.Sum(shape => MatMulTuner.Tiles(backend, shape).Count);
        if (isJson) WriteStart(backend, path, asked.Length, asked.Length - shapes.Length);
        else context.Output.WriteLine($"{backend.Device}, {backend.Description}: {asked.Length} shapes, {asked.Length - shapes.Length} of them measured before{(path is null ? "" : $", into {Path.GetFullPath(path)}")}");

        var trials = new List<MatMulTrial>();
        bool isComplete = Measure(backend, shapes, seconds, path, kept, trials, new TuneView(context, tiles, isJson));
        WriteEnd(isJson, isComplete, asked, trials, kept, path);
        if (isComplete) return AdjointCommand.Success;
        context.Error.WriteLine($"adjoint: stopped after {trials.Count} of {shapes.Length} shapes{(path is null ? "" : $", which are in {path}; the same command goes on from there")}.");
        return AdjointCommand.Failure;
    }

    DeviceBackend Open(ParseResult parsed)
    {
        Device chosen = Usage.Text(parsed, device) is { } name ? Device.Parse(name) : new Device(DeviceKind.Cuda);
        if (chosen.Kind == DeviceKind.Cuda && !Backends.Devices.Contains(chosen) && CudaDriver.Probe().Problem is { } problem) throw new DeviceException($"No device {chosen}: {problem}");
        return Backends.Of(chosen) as DeviceBackend ?? throw new SettingException($"{chosen} has no tiles to choose from. Use --device cuda:0 or simulator.");
    }

    // What the file has. One at the standard place that cannot be read is begun anew; one that the user named is not.
    static MatMulTuning Kept(string? path, DeviceBackend backend, bool isNamed)
    {
        if (path is null) return new MatMulTuning();
        MatMulTuning? read = TuningFile.Read(path);
        if (isNamed && (read is null ? Path.Exists(path) : read.Device is { } other && other != backend.Description))
            throw new DataException($"{Names.Show(path, 200)}: {(read is null ? "not a file of tiles" : $"has the tiles of {Names.Show(read.Device!)}")}. Name another file, or delete this one.");
        var kept = new MatMulTuning { Device = backend.Description };
        foreach ((MatMulShapeKey shape, string tile) in read?.Tiles ?? new Dictionary<MatMulShapeKey, string>()) kept.Set(shape, tile);
        if (!isNamed) Directory.CreateDirectory(Settings.KernelFolder);

        // Written first: a path that cannot be written is told before the work.
        TuningFile.Write(path, kept);
        return kept;
    }

    // False if the user stopped it. Each shape is in the file before the next is begun.
    bool Measure(DeviceBackend backend, MatMulShapeKey[] shapes, double seconds, string? path, MatMulTuning kept, List<MatMulTrial> trials, TuneView view)
    {
        using IDisposable signals = context.Stop.Listen();
        try
        {
            view.Show(() =>
            {
                foreach (MatMulShapeKey shape in shapes)
                {
                    string text = ProductShapes.Text(shape);
                    MatMulTrial trial = MatMulTuner.Measure(backend, shape, seconds, () =>
                    {
                        view.Advanced(text);
                        if (context.Stop.IsRequested) throw new OperationCanceledException();
                    });
                    trials.Add(trial);
                    if (trial.Winner is { } winner) kept.Set(shape, winner.Tile);
                    if (path is not null) TuningFile.Write(path, kept);
                    view.Measured(trial);
                }
            });
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    void WriteStart(DeviceBackend backend, string? path, int shapes, int before) => context.WriteJson(writer =>
    {
        writer.WriteString("event", "start");
        writer.WriteString("device", backend.Device.ToString());
        writer.WriteString("description", backend.Description);
        writer.WriteNumber("shapes", shapes);
        writer.WriteNumber("measured_before", before);
        writer.WriteString("file", path is null ? null : Path.GetFullPath(path));
    });

    void WriteEnd(bool isJson, bool isComplete, MatMulShapeKey[] asked, List<MatMulTrial> trials, MatMulTuning kept, string? path)
    {
        int other = trials.Count(static trial => trial.Winner is { } winner && winner.Tile != trial.DefaultTile);
        if (isJson)
        {
            context.WriteJson(writer =>
            {
                writer.WriteString("event", isComplete ? "result" : "stopped");
                writer.WriteNumber("measured", trials.Count);
                writer.WriteNumber("faster_than_default", other);
                writer.WriteNumber("kept", kept.Tiles.Count);
            });
            return;
        }

        var byShape = trials.ToDictionary(static trial => trial.Shape);
        context.WriteTable(new Table(
            ["shape", "default", "us", "winner", "us", "TFLOP/s", "gain"],
            [.. asked.Where(shape => byShape.ContainsKey(shape) || kept.Tiles.ContainsKey(shape)).Select(shape => byShape.TryGetValue(shape, out MatMulTrial? trial)
                ? Row(trial)
                : [ProductShapes.Text(shape), "", "", kept.Tiles[shape], "", "", "measured before"])]));
        string kind = path is null ? "not kept, since times of the simulator mean nothing; --out FILE keeps them" : $"{kept.Tiles.Count} shapes in {Path.GetFullPath(path)}";
        context.Output.WriteLine($"{trials.Count} shapes measured, {other} of them faster with another tile than the default; {kind}");
    }

    static string[] Row(MatMulTrial trial)
    {
        static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
        return
        [
            ProductShapes.Text(trial.Shape), trial.DefaultTile, Number(trial.Default?.Seconds * 1e6, "0.00"), trial.Winner?.Tile ?? "", Number(trial.Winner?.Seconds * 1e6, "0.00"),
            Number(trial.Winner?.Rate / 1e12, "0.###"), Number(trial.Default?.Seconds / trial.Winner?.Seconds, "0.00x"),
        ];
    }
}
