using System.CommandLine;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint eval</c>: computes the final metrics of a run's last checkpoint again.</summary>
static class EvalCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var saved = new SavedRun();
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand("eval", "Evaluate the last checkpoint of a run", "eval runs/mine", "eval runs/mine --json");
        saved.AddTo(command);
        command.Add(json);
        command.SetAction(parsed =>
        {
            (RunFolder run, IExperiment experiment) = saved.Load(parsed, context);
            using (run)
            using (experiment)
            using (context.Stop.Listen())
            {
                IReadOnlyList<Metric> results = experiment.Evaluate(new Reporter(context.Stop));
                if (parsed.GetValue(json))
                {
                    context.WriteJson(writer =>
                    {
                        writer.WriteString("event", "result");
                        writer.WriteNumber("step", experiment.CompletedSteps);
                        writer.WriteString("folder", run.FullPath);
                        MetricsLog.WriteMetrics(writer, results);
                    });
                }
                else
                {
                    context.WriteTable(new Table(["metric", "value"], [.. results.Select(one => (string[])[one.Name, CommandContext.Format(one.Value)])]));
                }

                return AdjointCommand.Success;
            }
        });
        return command;
    }

    sealed class Reporter(StopSignal stop) : IProgressReporter
    {
        public void Report(string stage, double fraction)
        {
            if (stop.IsRequested) throw new OperationCanceledException();
        }
    }
}
