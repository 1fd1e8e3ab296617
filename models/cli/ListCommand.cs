using System.CommandLine;
using System.Globalization;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint list</c>: the models and presets, or the options of one model.</summary>
static class ListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var model = new Argument<string?>("MODEL") { Description = "show this model's presets and options", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand("list", "List models and presets, or the options of one model", "list", "list MODEL", "list --json") { model, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<IModel> shown = parsed.GetValue(model) is { } name ? [context.FindModel(name)] : context.Models;
            if (parsed.GetValue(json)) WriteJson(context, shown);
            else if (parsed.GetValue(model) is not null) WriteModel(context, shown[0]);
            else WriteAll(context, shown);
            return AdjointCommand.Success;
        });
        return command;
    }

    static void WriteAll(CommandContext context, IReadOnlyList<IModel> models)
    {
        var rows = new List<string[]>();
        foreach (IModel model in models)
        {
            rows.Add([model.Name, "", "", model.Summary]);
            rows.AddRange(model.Presets.Select(preset => (string[])["", preset.Name, Steps(preset), preset.Summary]));
        }

        context.WriteTable(new Table(["model", "preset", "steps", "summary"], rows));
    }

    static void WriteModel(CommandContext context, IModel model)
    {
        context.Output.WriteLine($"{model.Name}: {model.Summary}");
        context.WriteTable(new Table(
            ["preset", "steps", "summary", "options"],
            [.. model.Presets.Select(preset => (string[])
                [preset.Name, Steps(preset), preset.Summary, string.Join(" ", preset.Values.Select(pair => $"{pair.Key}={pair.Value}"))])]));
        context.Output.WriteLine();
        context.WriteTable(new Table(
            ["option", "default", "allowed", "meaning"],
            [.. model.Options.Select(option => (string[])[option.Key, option.Default, option.Allowed, option.Meaning])]));
    }

    static void WriteJson(CommandContext context, IReadOnlyList<IModel> models)
    {
        foreach (IModel model in models)
        {
            context.WriteJson(writer =>
            {
                writer.WriteString("model", model.Name);
                writer.WriteString("summary", model.Summary);
                writer.WriteStartArray("presets");
                foreach (Preset preset in model.Presets)
                {
                    writer.WriteStartObject();
                    writer.WriteString("preset", preset.Name);
                    writer.WriteString("summary", preset.Summary);
                    writer.WriteNumber("steps", preset.Steps);
                    writer.WriteStartObject("options");
                    foreach ((string key, string value) in preset.Values) writer.WriteString(key, value);
                    writer.WriteEndObject();
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteStartArray("options");
                foreach (Models.Option option in model.Options)
                {
                    writer.WriteStartObject();
                    writer.WriteString("option", option.Key);
                    writer.WriteString("default", option.Default);
                    writer.WriteString("allowed", option.Allowed);
                    writer.WriteString("meaning", option.Meaning);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
        }
    }

    static string Steps(Preset preset) => preset.Steps.ToString(CultureInfo.InvariantCulture);
}
