using System.Diagnostics;
using System.Globalization;

namespace Adjoint.Commands;

/// <summary>How fast a run goes and how long it will take, from its last few seconds.</summary>
sealed class Pace(long firstStep, long steps)
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    readonly Queue<(long Time, long Step)> marks = new([(Stopwatch.GetTimestamp(), firstStep)]);

    /// <summary>Steps a second; 0 before the first measurement.</summary>
    public double Rate { get; private set; }

    /// <summary>Notes that a step was reached.</summary>
    public void Mark(long step)
    {
        while (marks.Count > 1 && Stopwatch.GetElapsedTime(marks.Peek().Time) > Window) marks.Dequeue();
        (long time, long from) = marks.Peek();
        double seconds = Stopwatch.GetElapsedTime(time).TotalSeconds;
        if (seconds > 0) Rate = (step - from) / seconds;
        marks.Enqueue((Stopwatch.GetTimestamp(), step));
    }

    /// <summary>Steps a second as text.</summary>
    public string RateText => string.Create(CultureInfo.InvariantCulture, $"{Rate:0.##} steps/s");

    /// <summary>Time to the last step as text.</summary>
    public string TimeLeft(long step)
    {
        if (Rate <= 0) return "--:--:--";
        TimeSpan left = TimeSpan.FromSeconds(Math.Min((steps - step) / Rate, 3.6e6));
        return string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}");
    }
}
