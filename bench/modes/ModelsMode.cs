using System.Diagnostics;
using Adjoint.Kernels;
using Adjoint.Models;

namespace Adjoint.Bench;

/// <summary>
/// Presets of models from their first step to their last: the median rate over equal stretches of the run, what share of the measured peak of all cores the useful arithmetic is, how much of it were products with zero that were skipped
/// (those count as useful: the share is of what a layer's formula asks for), and the results, without which a rate means nothing. Presets whose data are not there are left out with a line that says so.
/// </summary>
static class ModelsMode
{
    const int Stretches = 50;

    static readonly (string Model, string Preset, (string Key, string Value)[] Settings, string[] Results)[] runs =
    [
        ("gflownet", "hypergrid-4x20", [("objective", "tb")], ["total_variation", "mode_regions", "modes"]),
        ("gflownet", "hypergrid-4x20", [("objective", "db"), ("exploration", "0")], ["total_variation", "mode_regions", "modes"]),
        ("gflownet", "tfbind8", [("objective", "tb")], ["total_variation", "expected_reward_error"]),
        ("gflownet", "tfbind8", [("objective", "tb"), ("window", "5")], ["total_variation", "expected_reward_error"]),
        ("gflownet", "qm9-small", [("objective", "tb")], ["total_variation", "expected_reward_error"]),
    ];

    public static bool Run(Output output)
    {
        foreach (var (name, preset, settings, results) in runs)
        {
            IModel model = ModelTable.All.Single(model => model.Name == name);
            string title = $"{preset} {string.Join(" ", settings.Select(static one => $"{one.Key}={one.Value}"))}";
            RunConfig config = RunConfig.Create(model, model.Presets.Single(one => one.Name == preset), settings);
            try
            {
                config.CheckData();
            }
            catch (DataException missing)
            {
                Console.Error.WriteLine($"bench models: {title} left out. {missing.Message}");
                continue;
            }

            MatMulTally.Reset();
            using IExperiment experiment = model.Create(config);
            double peak = Peaks.FmaGflops(false, Environment.ProcessorCount);
            var rates = new List<double>();
            var shares = new List<double>();
            long stretch = Math.Max(1, config.Steps / Stretches);
            var clock = Stopwatch.StartNew();
            while (experiment.CompletedSteps < config.Steps)
            {
                long end = Math.Min(config.Steps, experiment.CompletedSteps + stretch), first = experiment.CompletedSteps;
                double flops = experiment.UsefulFlops, start = clock.Elapsed.TotalSeconds;

                // Multiplications by zero are counted in one stretch in the middle of the run.
                MatMulTally.IsOn = rates.Count == Stretches / 2;
                while (experiment.CompletedSteps < end) experiment.TrainStep();
                double seconds = clock.Elapsed.TotalSeconds - start;
                rates.Add((experiment.CompletedSteps - first) / seconds);
                shares.Add((experiment.UsefulFlops - flops) / seconds * 1e-9);
            }

            MatMulTally.IsOn = false;

            // A machine that is shared is not the same before and after: shares are those of the better moment.
            double total = clock.Elapsed.TotalSeconds, gflops = Median(shares);
            peak = Math.Max(peak, Peaks.FmaGflops(false, Environment.ProcessorCount));
            IReadOnlyList<Metric> found = experiment.Evaluate(new Silent());
            output.Line("models", title,
            [
                ("threads", config.Threads), ("steps", config.Steps), ("per_second", Median(rates)), ("gflops", gflops), ("percent_of_peak", 100 * gflops / peak), ("peak_gflops", peak),
                ("percent_skipped", 100.0 * MatMulTally.Skipped / Math.Max(1, MatMulTally.Multiplications)), ("seconds", total),
                .. found.Where(one => results.Contains(one.Name)).Select(static one => (one.Name, one.Value)),
            ]);
        }

        return true;
    }

    static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    sealed class Silent : IProgressReporter
    {
        public void Report(string stage, double fraction)
        {
        }
    }
}
