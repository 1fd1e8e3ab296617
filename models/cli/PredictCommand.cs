using System.CommandLine;
using System.Text;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint predict</c>: one row of results for each item of a file, as CSV or JSON lines.</summary>
static class PredictCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var saved = new SavedRun();
        var input = new Option<string>("--input") { Description = "file with the items to predict for; the model's README names its format", HelpName = "FILE", Required = true };
        Option<string?> target = Usage.Value("--out", "FILE", "write CSV into a file instead of to standard output");
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand(
            "predict", "Predict with the last checkpoint of a run", "predict runs/mine --input items.csv", "predict runs/mine --input items.csv --out results.csv");
        saved.AddTo(command);
        command.Add(input);
        command.Add(target);
        command.Add(json);
        command.SetAction(parsed =>
        {
            string file = parsed.GetValue(input)!;
            if (!File.Exists(file)) throw new DataException($"--input {Names.Show(file)}: no such file. Check the path.");
            string? path = Usage.Text(parsed, target);
            if (path is not null && Path.Exists(path)) throw new DataException($"--out {Names.Show(path)} exists. Name a new file.");
            (RunFolder run, IExperiment experiment) = saved.Load(parsed, context);
            using (run)
            using (experiment)
            {
                if (experiment is not IPredictor predictor) throw new SettingException($"{run.Model.Name} does not predict from files. Use eval or sample.");
                Table table = predictor.Predict(file);
                if (path is not null) AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToCsv(table))));
                else if (!parsed.GetValue(json)) context.Output.Write(ToCsv(table));
                if (parsed.GetValue(json)) WriteJson(context, table);
                return AdjointCommand.Success;
            }
        });
        return command;
    }

    static void WriteJson(CommandContext context, Table table)
    {
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            context.WriteJson(writer =>
            {
                for (int i = 0; i < table.Columns.Count; i++) writer.WriteString(table.Columns[i], row[i]);
            });
        }
    }

    static string ToCsv(Table table)
    {
        var text = new StringBuilder();
        foreach (IReadOnlyList<string> row in table.Rows.Prepend(table.Columns)) text.AppendJoin(',', row.Select(Quote)).Append('\n');
        return text.ToString();
    }

    static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(",\"\n\r") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
