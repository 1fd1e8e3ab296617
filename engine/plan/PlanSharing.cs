using System.Diagnostics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// How freely the loops of a plan are shared among threads, found by trying: which of its numbers cross between cores cannot be told from single kernels, and how far cores are from each other changes while a
/// program runs on a machine that is shared. From time to time some replays take turns with each way, and the fastest stays. What is computed is the same in each.
/// </summary>
/// <param name="clock">Seconds, from any moment on.</param>
sealed class PlanSharing(Func<double> clock)
{
    /// <summary>The ways: factors on the least shares of loops, of which 1 is that of near cores; the last is no sharing.</summary>
    static readonly double[] scales = [0.25, 1, 4, CoreDistance.Alone];

    // The first replays of a turn are not counted: caches and waiting threads are as the way before left them, and a sleeping thread is woken only when several loops have asked for it.
    const int Rounds = 2, RunsOfTurn = 7, Uncounted = 4, Counted = Rounds * (RunsOfTurn - Uncounted);

    // A longer plan has long loops, for which the distance of cores as it was measured is good enough; a trial would take seconds.
    const double LongestPlan = 10e-3;

    const double ShortestPause = 0.5, LongestPause = 8;

    readonly double[][] seconds = [.. scales.Select(static _ => new double[Counted])];
    readonly int[] counts = new int[scales.Length];
    int threads, way, turn, round, settled = -1;
    long sharedBefore, left;
    double pause = ShortestPause;
    State state;

    enum State
    {
        Fresh, Trying, Settled, Untried,
    }

    public PlanSharing() : this(static () => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency)
    {
    }

    /// <summary>Factor on the least shares of loops that was found best, see <see cref="CoreDistance.Chosen"/>; 0, which is the measured one, where none was.</summary>
    public double Scale => state == State.Settled ? scales[way] : 0;

    /// <summary>Runs the calls once.</summary>
    public void Run(PlannedCall[] calls)
    {
        if (Workers.Threads != threads) Start();
        double before = CoreDistance.Chosen;
        CoreDistance.Chosen = state == State.Trying ? scales[way] : Scale;
        try
        {
            if (state == State.Untried || (state == State.Settled && --left > 0))
            {
                foreach (PlannedCall call in calls) call.Run();
                return;
            }

            double start = clock();
            foreach (PlannedCall call in calls) call.Run();
            Take(clock() - start);
        }
        finally
        {
            CoreDistance.Chosen = before;
        }
    }

    void Start()
    {
        threads = Workers.Threads;
        pause = ShortestPause;
        state = threads > 1 ? State.Fresh : State.Untried;
    }

    void Take(double time)
    {
        if (state != State.Trying)
        {
            // The first replay, or the last of a pause, only opens a trial.
            if (time > LongestPlan)
            {
                state = State.Untried;
                return;
            }

            (state, way, turn, round, sharedBefore) = (State.Trying, 0, 0, 0, Workers.SharedLoops);
            Array.Clear(counts);
            return;
        }

        if (turn >= Uncounted) seconds[way][counts[way]++] = time;
        if (++turn < RunsOfTurn) return;
        turn = 0;

        // Not a loop was worth a second thread where all that may be is shared: so it stays.
        if (way == 0 && round == 0 && Workers.SharedLoops == sharedBefore)
        {
            state = State.Untried;
            return;
        }

        way = (way + 1) % scales.Length;
        if (way == 0 && ++round == Rounds) Settle();
    }

    void Settle()
    {
        int best = 0;
        for (int i = 0; i < scales.Length; i++)
        {
            Array.Sort(seconds[i]);
            if (seconds[i][Counted / 2] < seconds[best][Counted / 2]) best = i;
        }

        pause = best == settled ? Math.Min(2 * pause, LongestPause) : ShortestPause;
        (state, way, settled) = (State.Settled, best, best);
        left = Math.Max(1, (long)(pause / Math.Max(1e-9, seconds[best][Counted / 2])));
    }
}
