using System.CommandLine;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>What the commands on a saved run have in common: its folder, data, device and threads, and loading its state.</summary>
sealed class SavedRun
{
    readonly Option<string?> data = Usage.Value("--data", "PATH", "folder of data sets, or the table of a run on one (default: as the run was trained)");
    readonly Option<string?> threads = Usage.Value("--threads", "N", "processor threads; results do not depend on it");
    readonly Argument<string> folder = new("RUN") { Description = "folder of a run" };

    /// <summary>Adds the shared argument and options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(folder);
        command.Add(data);
        command.Add(threads);
    }

    /// <summary>The folder as typed.</summary>
    /// <exception cref="SettingException">It is empty.</exception>
    public string Folder(ParseResult parsed) =>
        parsed.GetValue(folder) is { Length: > 0 } path ? path : throw new SettingException("RUN is empty. Name the folder of a run.");

    /// <summary>Opens the run and loads its last checkpoint.</summary>
    /// <exception cref="DataException">There is no run, no checkpoint, or a file is damaged.</exception>
    public (RunFolder Run, IExperiment Experiment) Load(ParseResult parsed, CommandContext context)
    {
        RunFolder run = RunFolder.Open(Folder(parsed), context.Models, forTraining: false);
        CheckpointReader checkpoint = run.Checkpoint
            ?? throw new DataException($"{Names.Show(Folder(parsed))} has no checkpoint yet. Train it first: adjoint train --resume {Names.Show(Folder(parsed))}");
        RunConfig config = run.Config.With((int?)Usage.Whole(parsed, threads, 1, 1024), Usage.DataPath(parsed, data));
        Settings.DefaultDevice = Backends.Of(config.Device).Device;
        Settings.Threads = config.Threads;
        config.CheckData();
        IExperiment experiment = run.Model.Create(config);
        try
        {
            experiment.Load(checkpoint);
        }
        catch
        {
            experiment.Dispose();
            throw;
        }

        return (run, experiment);
    }
}
