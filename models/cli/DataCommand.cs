using System.CommandLine;
using System.Security.Cryptography;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint data</c>: what the presets read, where it comes from, and whether it is there.</summary>
static class DataCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var model = new Argument<string?>("MODEL") { Description = "only the data of this model", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> data = Usage.Value("--data", "PATH", "folder to look in (default: ADJOINT_DATA, then ./data)");
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand(
            "data", "List the data that presets need, with source, licence, checksum, and whether they are there", "data", "data MODEL --data /sets", "data --json")
        {
            model, data, json,
        };
        command.SetAction(parsed =>
        {
            string folder = Usage.DataFolder(parsed, data) ?? Settings.DataFolder;
            IEnumerable<IModel> shown = parsed.GetValue(model) is { } name ? [context.FindModel(name)] : context.Models;
            Row[] rows = [.. shown.SelectMany(one => one.Presets.SelectMany(preset => preset.Data.SelectMany(need => Rows(one, preset, need, folder))))];
            if (parsed.GetValue(json)) Array.ForEach(rows, row => WriteJson(context, row));
            else
            {
                context.Output.WriteLine($"Data folder: {Path.GetFullPath(folder)}");
                context.WriteTable(new Table(
                    ["model", "preset", "data", "state", "file", "licence", "source", "sha256"],
                    [.. rows.Select(row => (string[])
                        [row.Model, row.Preset, row.Need.Name, row.State, row.File?.Path ?? "", row.Need.Licence, row.Need.Source, row.File?.Sha256 ?? ""])]));
            }

            return AdjointCommand.Success;
        });
        return command;
    }

    static IEnumerable<Row> Rows(IModel model, Preset preset, DataNeed need, string folder) => need.IsEmbedded
        ? [new Row(model.Name, preset.Name, need, null, "embedded")]
        : need.Files.Select(file => new Row(model.Name, preset.Name, need, file, State(Path.Combine(folder, file.Path), file.Sha256)));

    static string State(string path, string sha256)
    {
        if (!File.Exists(path)) return "missing";
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == sha256 ? "there" : "differs";
    }

    static void WriteJson(CommandContext context, Row row) => context.WriteJson(writer =>
    {
        writer.WriteString("model", row.Model);
        writer.WriteString("preset", row.Preset);
        writer.WriteString("data", row.Need.Name);
        writer.WriteString("state", row.State);
        if (row.File is not null)
        {
            writer.WriteString("file", row.File.Path);
            writer.WriteString("sha256", row.File.Sha256);
        }

        writer.WriteString("licence", row.Need.Licence);
        writer.WriteString("source", row.Need.Source);
    });

    sealed record Row(string Model, string Preset, DataNeed Need, DataFile? File, string State);
}
