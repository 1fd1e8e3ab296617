namespace Adjoint;

/// <summary>Lines about ops on standard error, as asked for by <c>ADJOINT_DEBUG</c>.</summary>
static class DebugTrace
{
    [ThreadStatic] static long last;

    public static void Op(Op op, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        string line = op.Name;
        if (Settings.DebugLevel >= 2)
        {
            long now = System.Diagnostics.Stopwatch.GetTimestamp();
            double microseconds = last == 0 ? 0 : System.Diagnostics.Stopwatch.GetElapsedTime(last, now).TotalMicroseconds;
            line = $"{line,-16} {microseconds,9:F1} us  {Describe(inputs)} -> {Describe(outputs)}";
            last = now;
        }

        if (Settings.DebugLevel >= 5 && Recorder.Current is null) line += "  " + Values(outputs[0]);
        Console.Error.WriteLine(line);
    }

    static string Describe(ReadOnlySpan<Tensor> tensors)
    {
        var parts = new string[tensors.Length];
        for (int i = 0; i < parts.Length; i++) parts[i] = tensors[i].DType.Name() + tensors[i].Shape;
        return string.Join(" ", parts);
    }

    static string Values(Tensor tensor)
    {
        Tensor flat = tensor.Detach().Reshape([tensor.Count]);
        var shown = new List<string>();
        int level = Settings.DebugLevel;
        Settings.DebugLevel = 0;
        for (int i = 0; i < Math.Min(4, flat.Count); i++) shown.Add($"{flat.Slice(0, i, i + 1).Item():G6}");
        Settings.DebugLevel = level;
        return $"[{string.Join(", ", shown)}{(flat.Count > 4 ? ", …" : "")}]";
    }
}
