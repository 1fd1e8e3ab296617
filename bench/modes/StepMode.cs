using System.Diagnostics;

namespace Adjoint.Bench;

/// <summary>
/// Whole training steps, op by op and as plans, on one thread and on all. Before anything is timed, the losses of the first steps are compared with the same workload in
/// f64, op by op, and those of the plan with those of the ops: a speed counts only where the former agree and the latter are the same.
/// </summary>
static class StepMode
{
    const int CheckedSteps = 50, WarmUp = 30;
    const double Seconds = 2, TurnSeconds = 0.05;

    // Rounding of f32 (6e-8) grows over fifty steps of Adam; a wrong step would differ in the first digits.
    const double Tolerance = 2e-3;

    static readonly int[] threads = Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount];

    public static bool Run(Output output)
    {
        bool agree = true;
        foreach (var (name, make) in WorkloadTable.All)
        {
            Settings.Threads = 1;
            double[] reference = Losses(Eager(make(DType.F64), make(DType.F32))), eager = Losses(Eager(make(DType.F32), null)), replayed = Losses(make(DType.F32).Planned());
            double error = LargestError(reference, eager);
            if (!(error <= Tolerance)) Console.Error.WriteLine($"bench step: the losses of {name} differ from those in f64 by {error:G3}, above {Tolerance}.");
            if (!replayed.AsSpan().SequenceEqual(eager)) Console.Error.WriteLine($"bench step: the losses of {name} as a plan are not those of its ops one by one.");
            agree &= error <= Tolerance && replayed.AsSpan().SequenceEqual(eager);
            foreach (bool planned in (bool[])[false, true])
            {
                double[] medians = Medians(Array.ConvertAll(threads, _ => planned ? make(DType.F32).Planned() : Eager(make(DType.F32), null)));
                for (int i = 0; i < threads.Length; i++) output.Step(name, threads[i], planned ? "plan" : "eager", medians[i] * 1e6, error);
            }
        }

        return agree;
    }

    static Func<Tensor> Eager(Workload workload, Workload? start)
    {
        if (start is not null) workload.StartFrom(start);
        return () =>
        {
            using var step = Step.Begin();
            return workload.Step().Keep();
        };
    }

    static double[] Losses(Func<Tensor> step)
    {
        var losses = new double[CheckedSteps];
        for (int i = 0; i < losses.Length; i++) losses[i] = step().Item();
        return losses;
    }

    static double LargestError(double[] reference, double[] losses)
    {
        double largest = 0;
        for (int i = 0; i < losses.Length; i++) largest = Math.Max(largest, Math.Abs(losses[i] - reference[i]) / Math.Max(1, Math.Abs(reference[i])));
        return largest;
    }

    // Numbers of threads take turns, since the machine is not the same from one second to the next.
    static double[] Medians(Func<Tensor>[] steps)
    {
        var times = Array.ConvertAll(steps, static _ => new List<double>());
        var total = Stopwatch.StartNew();
        for (bool warm = false; !warm || total.Elapsed.TotalSeconds < Seconds * steps.Length; warm = true)
        {
            for (int i = 0; i < steps.Length; i++)
            {
                Settings.Threads = threads[i];
                if (!warm)
                {
                    for (int run = 0; run < WarmUp; run++) steps[i]();
                }

                var turn = Stopwatch.StartNew();
                while (turn.Elapsed.TotalSeconds < TurnSeconds)
                {
                    long start = Stopwatch.GetTimestamp();
                    steps[i]();
                    times[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }

        return Array.ConvertAll(times, static list =>
        {
            list.Sort();
            return list[list.Count / 2];
        });
    }
}
