using System.Globalization;
using System.Text.Json;
using Adjoint.Models;
using Spectre.Console;

namespace Adjoint.Commands;

/// <summary>What a command works with: the models, where to write, and the user's wish to stop.</summary>
sealed class CommandContext(IReadOnlyList<IModel> models, TextWriter output, TextWriter error, StopSignal stop)
{
    /// <summary>The models.</summary>
    public IReadOnlyList<IModel> Models => models;

    /// <summary>Standard output.</summary>
    public TextWriter Output => output;

    /// <summary>Standard error.</summary>
    public TextWriter Error => error;

    /// <summary>The user's wish to stop.</summary>
    public StopSignal Stop => stop;

    /// <summary>Time between two checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether a person watches standard output.</summary>
    public bool IsTerminal { get; } =
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Writes one JSON object as a line.</summary>
    public void WriteJson(Action<Utf8JsonWriter> members)
    {
        output.WriteLine(Json.Line(members));
        output.Flush();
    }

    /// <summary>Writes a table: framed on a terminal, otherwise as columns of text.</summary>
    public void WriteTable(Models.Table table)
    {
        if (IsTerminal)
        {
            var framed = new Spectre.Console.Table().RoundedBorder();
            foreach (string column in table.Columns) framed.AddColumn(new TableColumn(new Text(column)));
            foreach (IReadOnlyList<string> row in table.Rows) framed.AddRow(row.Select(cell => new Text(cell)));
            AnsiConsole.Write(framed);
            return;
        }

        int[] widths = [.. table.Columns.Select((column, i) => table.Rows.Select(row => row[i].Length).Append(column.Length).Max())];
        foreach (IReadOnlyList<string> row in table.Rows.Prepend(table.Columns))
            output.WriteLine(string.Join("  ", row.Select((cell, i) => i == row.Count - 1 ? cell : cell.PadRight(widths[i]))).TrimEnd());
    }

    /// <summary>The model of a name.</summary>
    /// <exception cref="SettingException">There is none; the message lists what there is, or the nearest name.</exception>
    public IModel FindModel(string name)
    {
        IEnumerable<string> known = models.Select(model => model.Name);
        return models.FirstOrDefault(model => model.Name == name)
            ?? throw new SettingException($"No model '{Names.Show(name)}'.{Names.DidYouMean(name, known)} {Listing("Models", known)}");
    }

    /// <summary>The preset of a name; the first without a name.</summary>
    /// <exception cref="SettingException">There is none; the message lists what there is.</exception>
    public static Preset FindPreset(IModel model, string? name)
    {
        if (name is null) return model.Presets[0];
        IEnumerable<string> known = model.Presets.Select(preset => preset.Name);
        return model.Presets.FirstOrDefault(preset => preset.Name == name)
            ?? throw new SettingException($"{model.Name} has no preset '{Names.Show(name)}'.{Names.DidYouMean(name, known)} {Listing("Presets", known)}");
    }

    /// <summary>A number in at most six digits, as tables show it.</summary>
    public static string Format(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    static string Listing(string what, IEnumerable<string> names) => names.Any() ? $"{what}: {string.Join(", ", names)}." : $"{what}: none.";
}
