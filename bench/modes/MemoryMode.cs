using System.Diagnostics;

namespace Adjoint.Bench;

/// <summary>Resident memory over a million training steps of a small network, after a warm-up in which the collector finds the size of its youngest generation.</summary>
static class MemoryMode
{
    const int WarmUp = 200_000;
    const int Lap = 40_000;
    const int Steps = 1_000_000;
    const double LimitMegabytes = 1;

    public static bool Run(Output output)
    {
        var key = Key.FromSeed(0);
        var generator = new Generator(key.Split("data"));
        Tensor inputs = generator.Normal([256, 8]).Keep(), targets = generator.Integers([256], 0, 4).Keep();
        bool flat = true;
        foreach (bool planned in (bool[])[false, true])
        {
            var network = new Mlp([8, 16, 4], Activation.Relu);
            var parameters = new ParameterSet(network, key.Split("weights"));
            var optimizer = new Adam(parameters, 1e-3);
            Tensor Step()
            {
                Tensor rows = generator.Integers([16], 0, 256);
                Tensor loss = Losses.CrossEntropy(network.Forward(inputs.Select(0, rows)), targets.Select(0, rows));
                optimizer.Update(loss);
                return loss;
            }

            Plan? plan = planned ? Plan.Record(Step) : null;
            double before = 0;
            var clock = Stopwatch.StartNew();
            for (int i = 0; i < WarmUp + Steps; i++)
            {
                if (i <= WarmUp && i % Lap == 0) before = Resident();
                if (plan is not null) plan.Run();
                else
                {
                    using var step = Adjoint.Step.Begin();
                    Step();
                }
            }

            double growth = Resident() - before;
            flat &= growth < LimitMegabytes;
            output.Line("memory", planned ? "plan" : "eager",
                ("steps", Steps), ("us_per_step", clock.Elapsed.TotalMicroseconds / (WarmUp + Steps)), ("resident_mb", before), ("growth_mb", growth));
        }

        if (!flat) Console.Error.WriteLine($"bench memory: resident memory grew by {LimitMegabytes} MB or more.");
        return flat;
    }

    static double Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1e6;
    }
}
