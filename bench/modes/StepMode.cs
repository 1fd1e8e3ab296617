using System.Diagnostics;

namespace Adjoint.Bench;

/// <summary>
/// Whole training steps, op by op and as plans, on one thread and on all. Before anything is timed, the losses of the first steps are compared with the same workload in
/// f64, op by op: a speed counts only where they agree.
/// </summary>
static class StepMode
{
    const int CheckedSteps = 50, WarmUp = 30;
    const double Seconds = 2;

    // Rounding of f32 (6e-8) grows over fifty steps of Adam; a wrong step would differ in the first digits.
    const double Tolerance = 2e-3;

    public static bool Run(Output output)
    {
        bool agree = true;
        foreach (var (name, make) in WorkloadTable.All)
        {
            double[] reference = Losses(Eager(make(DType.F64), make(DType.F32)));
            foreach (bool planned in (bool[])[false, true])
            {
                Workload workload = make(DType.F32);
                double error = LargestError(reference, Losses(planned ? workload.Planned() : Eager(workload, null)));
                agree &= error <= Tolerance;
                if (!(error <= Tolerance))
                    Console.Error.WriteLine($"bench step: the losses of {name} ({(planned ? "plan" : "eager")}) differ from those in f64 by {error:G3}, above {Tolerance}.");
                foreach (int threads in (int[])[1, Environment.ProcessorCount])
                {
                    Settings.Threads = threads;
                    Workload timed = make(DType.F32);
                    double median = Median(planned ? timed.Planned() : Eager(timed, null));
                    output.Step(name, threads, planned ? "plan" : "eager", median * 1e6, error);
                }
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

    static double Median(Func<Tensor> step)
    {
        for (int i = 0; i < WarmUp; i++) step();
        var times = new List<double>();
        var total = Stopwatch.StartNew();
        while (total.Elapsed.TotalSeconds < Seconds)
        {
            long start = Stopwatch.GetTimestamp();
            step();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
