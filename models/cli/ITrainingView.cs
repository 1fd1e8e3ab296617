using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>What the user sees of a training run.</summary>
interface ITrainingView
{
    /// <summary>Runs the training inside whatever the view keeps on screen.</summary>
    T Show<T>(RunFolder folder, long firstStep, Func<T> training);

    /// <summary>A step was reached; called about ten times a second.</summary>
    void Advanced(long step);

    /// <summary>Metrics were logged.</summary>
    void Logged(long step, IReadOnlyList<Metric> metrics);

    /// <summary>The plan of a step was profiled.</summary>
    void Profiled(RunFolder folder, PlanProfile profile);

    /// <summary>The evaluation has come to a part of its work.</summary>
    void Stage(string stage, double fraction);

    /// <summary>The run is complete.</summary>
    void Finished(RunFolder folder, IReadOnlyList<Metric> results, TimeSpan elapsed);

    /// <summary>The user stopped the run.</summary>
    void Interrupted(RunFolder folder, long step);
}
