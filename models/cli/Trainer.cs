using System.Diagnostics;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>How a training session ended.</summary>
enum TrainingEnd
{
    /// <summary>All steps are done and the results are written.</summary>
    Finished,

    /// <summary>The user asked to stop; the checkpoint holds the state.</summary>
    Interrupted,
}

/// <summary>The training loop around an experiment: metrics, checkpoints, interrupts, results, report.</summary>
sealed class Trainer(RunFolder folder, IExperiment experiment, ITrainingView view, StopSignal stop, TimeSpan checkpointInterval) : IProgressReporter
{
    // Steps of a session before its plan is profiled, and runs of the plan that count.
    const long StepsBeforeProfile = 80;
    const int ProfiledRuns = 50;

    static readonly TimeSpan ViewInterval = TimeSpan.FromMilliseconds(100);

    readonly RunConfig config = folder.Config;
    long checkpointStep = folder.Checkpoint is null ? -1 : experiment.CompletedSteps;

    /// <summary>Whether the plan of a step is to be profiled once, early in the session.</summary>
    public bool Profiles { get; init; }

    /// <summary>The profile, if one was asked for and the experiment replays a plan.</summary>
    public PlanProfile? Profile { get; private set; }

    /// <summary>Trains from the state of the experiment, new or loaded, to the end, then evaluates and writes the report.</summary>
    /// <exception cref="DivergenceException">The loss or the parameters are no longer numbers; the last good checkpoint stays.</exception>
    public TrainingEnd Run(out IReadOnlyList<Metric> results)
    {
        results = [];
        folder.DropUnsavedMetrics();
        long firstStep = experiment.CompletedSteps, started = Stopwatch.GetTimestamp();
        if (!Train())
        {
            SaveCheckpoint();
            return TrainingEnd.Interrupted;
        }

        SaveCheckpoint();
        TimeSpan training = Stopwatch.GetElapsedTime(started);
        try
        {
            results = experiment.Evaluate(this);
        }
        catch (OperationCanceledException) when (stop.IsRequested)
        {
            return TrainingEnd.Interrupted;
        }

        var session = new TrainingSession(DateTimeOffset.Now, experiment.CompletedSteps - firstStep, training, Stopwatch.GetElapsedTime(started) - training);
        RunReport.Write(folder, experiment, results, session, Profile);
        folder.WriteResult(results);
        return TrainingEnd.Finished;
    }

    public void Report(string stage, double fraction)
    {
        if (stop.IsRequested) throw new OperationCanceledException();
        view.Stage(stage, fraction);
    }

    // Returns false if the user asked to stop before the last step.
    bool Train()
    {
        long interval = config.LogInterval, profileAt = Math.Min(experiment.CompletedSteps + StepsBeforeProfile, config.Steps);
        long shown = Stopwatch.GetTimestamp(), saved = shown;
        while (experiment.CompletedSteps < config.Steps)
        {
            if (stop.IsRequested) return false;
            long before = experiment.CompletedSteps;
            experiment.TrainStep();
            long now = experiment.CompletedSteps;
            if (now <= before || now > config.Steps)
                throw new InvalidOperationException($"{config.Model}: TrainStep went from step {before} to {now} of {config.Steps}.");
            if (before == 0 || now / interval != before / interval || now == config.Steps)
            {
                IReadOnlyList<Metric> metrics = experiment.Metrics();
                folder.Append(now, metrics);
                view.Logged(now, metrics);
                CheckLoss(now, metrics);
            }

            if (Profiles && before < profileAt && now >= profileAt) TakeProfile();
            if (Stopwatch.GetElapsedTime(shown) >= ViewInterval)
            {
                view.Advanced(now);
                shown = Stopwatch.GetTimestamp();
            }

            if (Stopwatch.GetElapsedTime(saved) >= checkpointInterval)
            {
                SaveCheckpoint();
                saved = Stopwatch.GetTimestamp();
            }
        }

        return true;
    }

    // Leaves every number of the run as it is.
    void TakeProfile()
    {
        if (experiment.TrainingPlans is not { Count: > 0 } plans) return;
        Profile = PlanProfile.Of(plans, ProfiledRuns);
        AtomicFile.Write(folder.ProfilePath, Profile.WriteTrace);
        view.Profiled(folder, Profile);
    }

    void SaveCheckpoint()
    {
        if (experiment.CompletedSteps == checkpointStep) return;
        CheckLoss(experiment.CompletedSteps, experiment.CompletedSteps == 0 ? [] : experiment.Metrics());
        try
        {
            folder.SaveCheckpoint(experiment);
        }
        catch (DivergenceException failure)
        {
            throw Diverged(failure.Message);
        }

        checkpointStep = experiment.CompletedSteps;
    }

    void CheckLoss(long step, IReadOnlyList<Metric> metrics)
    {
        if (metrics.Count > 0 && !double.IsFinite(metrics[0].Value)) throw Diverged($"step {step}: {metrics[0].Name} is {metrics[0].Value}");
    }

    DivergenceException Diverged(string what) => new(
        $"{what}. The run diverged; {(checkpointStep < 0 ? "no checkpoint was written yet" : $"the checkpoint of step {checkpointStep} stays in {folder.FullPath}")}. "
        + "Lower the learning rate, or try another seed.");
}
