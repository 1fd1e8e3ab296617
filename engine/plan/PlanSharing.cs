using System.Diagnostics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// How freely the loops of a plan are shared among threads, found by trying: which of its numbers cross between cores cannot be told from single kernels, and how far cores are from each other changes while a
/// program runs on a machine that is shared. From time to time some replays take turns with each way, for all kernels and for each the one that was best for it, and the fastest stays. What is computed is the same
/// in each.
/// </summary>
/// <param name="clock">Seconds, from any moment on.</param>
sealed class PlanSharing(Func<double> clock)
{
    // The first replays of a turn are not counted: caches and waiting threads are as the way before left them, and a sleeping thread is woken only when several loops have asked for it.
    const int Uncounted = 4, Counted = 3;

    // The first replays of all compile what they run.
    const int Opening = 3;

    // A longer plan has long loops, for which the distance of cores as it was measured is good enough; a trial would take seconds.
    const double LongestPlan = 10e-3;

    const double ShortestPause = 0.5, LongestPause = 8;

    const double WorthAChange = 1.05;

    // Factors on the least shares of loops, of which 1 is that of near cores; the last is no sharing.
    static readonly double[] scales = [0.25, 1, 4, CoreDistance.Alone];

    // The way after those of the scales: for each kernel the scale that was best for it.
    static readonly int mixed = scales.Length;

    readonly double[][] totals = [.. Enumerable.Range(0, scales.Length + 1).Select(static _ => new double[Counted])];
    double[][] least = [];
    double[] mixture = [];
    int threads, way, turn, settled = -1;
    long sharedBefore, left;
    double pause = ShortestPause, shortest;
    State state;

    enum State
    {
        // Not tried yet, and with the distance as it was measured.
        Fresh,

        // Each scale in turn, kernel by kernel.
        Measuring,

        // Each way in turn as a whole.
        Comparing,
        Settled,

        // Never tried.
        Measured,
    }

    public PlanSharing() : this(static () => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency)
    {
    }

    /// <summary>The factor that was found best for a kernel, see <see cref="CoreDistance.Chosen"/>; 0, which is the measured one, where none was.</summary>
    public double ScaleOf(int call) => state != State.Settled ? 0 : way == mixed ? mixture[call] : scales[way];

    /// <summary>Runs the calls once.</summary>
    public void Run(PlannedCall[] calls)
    {
        if (Workers.Threads != threads) Start(calls.Length);
        double before = CoreDistance.Chosen;
        try
        {
            if (state == State.Measured || (state == State.Settled && --left > 0)) RunAll(calls);
            else Try(calls);
        }
        finally
        {
            CoreDistance.Chosen = before;
        }
    }

    void Start(int calls)
    {
        threads = Workers.Threads;
        (pause, shortest, turn) = (ShortestPause, double.PositiveInfinity, 0);
        state = threads > 1 ? State.Fresh : State.Measured;
        least = [.. scales.Select(_ => new double[calls])];
        mixture = new double[calls];
    }

    void RunAll(PlannedCall[] calls)
    {
        if (way == mixed && state is State.Settled or State.Comparing)
        {
            for (int i = 0; i < calls.Length; i++)
            {
                CoreDistance.Chosen = mixture[i];
                calls[i].Run();
            }

            return;
        }

        CoreDistance.Chosen = state is State.Fresh or State.Measured ? 0 : scales[way];
        foreach (PlannedCall call in calls) call.Run();
    }

    void Try(PlannedCall[] calls)
    {
        double start = clock();
        if (state == State.Measuring) RunEach(calls);
        else RunAll(calls);
        double seconds = clock() - start;
        if (state == State.Measuring) EndMeasured();
        else if (state == State.Comparing) EndCompared(seconds);
        else if (state == State.Settled) Begin();
        else
        {
            shortest = Math.Min(shortest, seconds);
            if (++turn < Opening) return;
            if (shortest > LongestPlan) state = State.Measured;
            else Begin();
        }
    }

    void Begin()
    {
        (state, way, turn, sharedBefore) = (State.Measuring, 0, 0, Workers.SharedLoops);
        foreach (double[] one in least) Array.Fill(one, double.PositiveInfinity);
    }

    void RunEach(PlannedCall[] calls)
    {
        CoreDistance.Chosen = scales[way];
        double[] fastest = least[way];
        double start = clock();
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i].Run();
            double end = clock();
            if (turn >= Uncounted) fastest[i] = Math.Min(fastest[i], end - start);
            start = end;
        }
    }

    void EndMeasured()
    {
        if (++turn < Uncounted + Counted) return;
        turn = 0;

        // Not a loop was worth a second thread where all that may be is shared: so it stays.
        if (way == 0 && Workers.SharedLoops == sharedBefore) state = State.Measured;
        else if (++way == scales.Length)
        {
            for (int i = 0; i < mixture.Length; i++)
            {
                int best = 0;
                for (int one = 1; one < scales.Length; one++)
                {
                    if (least[one][i] < least[best][i]) best = one;
                }

                mixture[i] = scales[best];
            }

            (state, way) = (State.Comparing, 0);
        }
    }

    void EndCompared(double seconds)
    {
        if (turn >= Uncounted) totals[way][turn - Uncounted] = seconds;
        if (++turn < Uncounted + Counted) return;
        turn = 0;
        if (++way < totals.Length) return;
        int best = 0;
        for (int one = 0; one < totals.Length; one++)
        {
            Array.Sort(totals[one]);
            if (totals[one][Counted / 2] < totals[best][Counted / 2]) best = one;
        }

        // What differs by less differs by chance, and would be tried again and again.
        if (settled >= 0 && totals[settled][Counted / 2] <= totals[best][Counted / 2] * WorthAChange) best = settled;
        pause = best == settled ? Math.Min(2 * pause, LongestPause) : ShortestPause;
        (state, way, settled) = (State.Settled, best, best);
        left = Math.Max(1, (long)(pause / Math.Max(1e-9, totals[best][Counted / 2])));
    }
}
