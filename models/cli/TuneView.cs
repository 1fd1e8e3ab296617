using System.Diagnostics;
using System.Globalization;
using Adjoint.Gpu;
using Spectre.Console;

namespace Adjoint.Commands;

/// <summary>What the user sees while tiles are measured: a progress line on a terminal, a line of text every few seconds in a log, nothing but events with <c>--json</c>.</summary>
/// <param name="context">Where to write.</param>
/// <param name="tiles">Tiles to measure.</param>
/// <param name="isJson">Whether events alone are written.</param>
sealed class TuneView(CommandContext context, int tiles, bool isJson)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    Pace pace = new(0, tiles);
    ProgressTask? task;
    int done;
    long written;

    /// <summary>Runs the measurements inside whatever is kept on screen.</summary>
    public void Show(Action measuring)
    {
        pace = new Pace(0, tiles);
        if (isJson || !context.IsTerminal)
        {
            measuring();
            return;
        }

        Progress progress = AnsiConsole.Progress().AutoClear(true).ExcludeVerticalPadding()
            .Columns(new ProgressBarColumn { Width = 28 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left });
        progress.RefreshRate = TimeSpan.FromMilliseconds(200);
        progress.Start(screen =>
        {
            task = screen.AddTask("starting", maxValue: Math.Max(1, tiles));
            measuring();
        });
    }

    /// <summary>Notes that one more tile was measured, for some shape.</summary>
    public void Advanced(string shape)
    {
        pace.Mark(++done);
        string text = string.Create(CultureInfo.InvariantCulture, $"tile {done}/{tiles}  {shape}  left {pace.TimeLeft(done)}");
        if (task is not null)
        {
            task.Description = Markup.Escape(text);
            task.Value = done;
        }
        else if (!isJson && (written == 0 || Stopwatch.GetElapsedTime(written) >= Interval))
        {
            context.Output.WriteLine(text);
            context.Output.Flush();
            written = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Writes what came out for a shape.</summary>
    public void Measured(MatMulTrial trial)
    {
        if (!isJson) return;
        context.WriteJson(writer =>
        {
            writer.WriteString("event", "shape");
            writer.WriteString("shape", ProductShapes.Text(trial.Shape));
            writer.WriteString("default", trial.DefaultTile);
            writer.WriteString("winner", trial.Winner?.Tile);
            writer.WriteStartArray("tiles");
            foreach (MatMulMeasurement one in trial.Measured)
            {
                writer.WriteStartObject();
                writer.WriteString("tile", one.Tile);
                writer.WriteNumber("microseconds", one.Seconds * 1e6);
                writer.WriteNumber("gflops", one.Rate / 1e9);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
