using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Adjoint.Models;

/// <summary>
/// <c>metrics.jsonl</c>: one line a logging interval, <c>{"step":100,"loss":0.5}</c>. While it is open, no other process can train in the folder. It holds no times, so a run that was
/// interrupted and resumed ends with the same bytes as one that was not.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    static readonly string[] Reserved = ["event", "step", "steps", "seconds", "folder"];

    readonly FileStream stream;
    readonly string path;

    MetricsLog(FileStream stream, string path)
    {
        this.stream = stream;
        this.path = path;
    }

    /// <summary>Bytes written so far.</summary>
    public long Length => stream.Position;

    /// <summary>Starts a log; the file must not exist, or be empty: the trace of a start that was killed.</summary>
    /// <exception cref="DataException">It holds something, or another process trains in the folder.</exception>
    public static MetricsLog Create(string path)
    {
        MetricsLog log = Open(path);
        if (log.Length == 0) return log;
        log.Dispose();
        throw new DataException($"{path}: is there already. Name a new folder with --out.");
    }

    /// <summary>Goes on with a log whose first <paramref name="length"/> bytes belong to the checkpoint; <see cref="DropRest"/> drops what was written after it.</summary>
    /// <exception cref="DataException">The file is shorter than that or damaged, or another process trains in the folder.</exception>
    public static MetricsLog Resume(string path, long length)
    {
        MetricsLog log = Open(path);
        if (length < 0 || log.stream.Length < length)
        {
            long found = log.stream.Length;
            log.Dispose();
            throw new DataException($"{path}: {found} bytes, the checkpoint expects {length}. The file was changed since; put it back, or start a new run.");
        }

        try
        {
            // Damage must show before the steps that follow are trained, not when the report reads the file after them.
            log.Read(length);
        }
        catch
        {
            log.Dispose();
            throw;
        }

        return log;
    }

    /// <summary>Drops what follows the present position. Not done on opening, so that a resume that fails for another reason changes nothing.</summary>
    public void DropRest() => stream.SetLength(stream.Position);

    /// <summary>Appends a line.</summary>
    /// <exception cref="SettingException">Two metrics have the same name, or one that events use.</exception>
    public void Append(long step, IReadOnlyList<Metric> metrics)
    {
        string line = Json.Line(writer =>
        {
            writer.WriteNumber("step", step);
            WriteMetrics(writer, metrics);
        });
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
            stream.Flush();
        }
        catch (IOException failure)
        {
            throw new DataException($"{path}: {failure.Message}", failure);
        }
    }

    /// <summary>Writes metrics as members of an object.</summary>
    /// <exception cref="SettingException">Two metrics have the same name, or one that events use.</exception>
    public static void WriteMetrics(Utf8JsonWriter writer, IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(metrics);
        for (int i = 0; i < metrics.Count; i++)
        {
            string name = metrics[i].Name;
            bool isTaken = Reserved.Contains(name);
            for (int j = 0; j < i; j++) isTaken |= metrics[j].Name == name;
            if (isTaken) throw new SettingException($"The metric name '{Names.Show(name)}' is taken. Rename it in the model.");
            writer.WriteFinite(name, metrics[i].Value);
        }
    }

    /// <summary>The whole log as one series of (step, value) a metric, in order of appearance.</summary>
    /// <exception cref="DataException">A line is damaged.</exception>
    public IReadOnlyList<Series> Read() => Read(Length);

    List<Series> Read(long length)
    {
        var series = new List<(string Name, List<double> X, List<double> Y)>();
        int number = 0;
        foreach (string line in Lines(length))
        {
            using JsonDocument document = Json.Parse(Encoding.UTF8.GetBytes(line), string.Create(CultureInfo.InvariantCulture, $"{path} line {++number}"));
            double step = 0;
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                double value = member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetDouble() : double.NaN;
                if (member.NameEquals("step"))
                {
                    step = value;
                    continue;
                }

                int index = series.FindIndex(one => one.Name == member.Name);
                if (index < 0)
                {
                    index = series.Count;
                    series.Add((member.Name, [], []));
                }

                series[index].X.Add(step);
                series[index].Y.Add(value);
            }
        }

        return [.. series.Select(one => new Series(one.Name, SeriesKind.Line, one.X, one.Y))];
    }

    /// <summary>Hands everything to the disk.</summary>
    public void Flush() => stream.Flush(flushToDisk: true);

    public void Dispose() => stream.Dispose();

    string[] Lines(long length)
    {
        var bytes = new byte[length];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        if (length > 0 && bytes[^1] != '\n') throw new DataException($"{path}: the checkpoint ends within a line. The file was changed since; put it back, or start a new run.");
        return Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    static MetricsLog Open(string path)
    {
        try
        {
            // On Unix only None excludes other writers (advisory, so that text tools can still read); on Windows it would keep readers out as well.
            FileShare share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
            return new MetricsLog(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string remedy = failure is IOException ? " Is another process training in this folder?" : "";
            throw new DataException($"{path}: {failure.Message}{remedy}", failure);
        }
    }
}
