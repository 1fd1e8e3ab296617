using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Adjoint.Gpu;
using Adjoint.Kernels.Gpu;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>The <c>adjoint</c> command.</summary>
public static class AdjointCommand
{
    /// <summary>Exit code of success.</summary>
    public const int Success = 0;

    /// <summary>Exit code of a failure: missing data, a diverged run, an interrupt.</summary>
    public const int Failure = 1;

    /// <summary>Exit code of bad usage: an unknown name or a value that is not allowed.</summary>
    public const int BadUsage = 2;

    /// <summary>Runs the command line.</summary>
    /// <param name="args">Words after <c>adjoint</c>.</param>
    /// <param name="output">Takes results.</param>
    /// <param name="error">Takes one line if something is wrong.</param>
    /// <returns>0 for success, 1 for a failure, 2 for bad usage.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        GpuDevices.OfferAll();
        return Run(args, new CommandContext(ModelTable.All, output, error, new StopSignal()));
    }

    /// <summary>Runs the command line with other models, for tests.</summary>
    internal static int Run(string[] args, CommandContext context)
    {
        try
        {
            return Dispatch(args, context);
        }
#pragma warning disable CA1031 // The outermost frame: every failure becomes one line and an exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Report(failure, context);
        }
    }

    static int Dispatch(string[] args, CommandContext context)
    {
        Command root = CreateRoot(context);
        ParseResult parsed = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        bool isAsking = parsed.Action is HelpWithExamples or VersionLine;
        if (!isAsking && Usage.Problem(parsed) is { } problem)
        {
            context.Error.WriteLine($"adjoint: {problem}");
            return BadUsage;
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = context.Output, Error = context.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        });
    }

    static Command CreateRoot(CommandContext context)
    {
        // Not RootCommand, which would show the name of the file that runs.
        var root = new Command("adjoint", "Adjoint trains and runs research models on a hand-written autodiff engine.")
        {
            TrainCommand.Create(context),
            SampleCommand.Create(context),
            EvalCommand.Create(context),
            PredictCommand.Create(context),
            ListCommand.Create(context),
            DataCommand.Create(context),
            OpsCommand.Create(context),
            KernelsCommand.Create(context),
            DevicesCommand.Create(context),
            DoctorCommand.Create(context),
        };
        var help = new HelpOption { Recursive = true };
        help.Action = new HelpWithExamples((HelpAction)help.Action!, context.Models);
        root.Options.Add(help);
        root.Options.Add(new Option<bool>("--version") { Description = "Show the version", Action = new VersionLine() });
        root.SetAction(parsed => new HelpWithExamples(new HelpAction(), context.Models).Invoke(parsed));
        return root;
    }

    static int Report(Exception failure, CommandContext context)
    {
        // Static constructors and worker threads wrap what they throw.
        while (failure is TypeInitializationException or AggregateException && failure.InnerException is { } inner) failure = inner;
        string line = failure switch
        {
            AdjointException or IOException or UnauthorizedAccessException or KernelCompileException or KernelLaunchException => failure.Message,
            OperationCanceledException => "stopped.",
            OutOfMemoryException => "out of memory. Use a smaller batch or model.",
            _ => $"internal error: {failure.GetType().Name}: {failure.Message} Set ADJOINT_DEBUG=1 to see where.",
        };
        context.Error.WriteLine("adjoint: " + Names.Show(line, 600));
        // Not by way of Settings, whose own failure may be what is reported.
        if (Environment.GetEnvironmentVariable("ADJOINT_DEBUG") is { Length: > 0 } level && level != "0") context.Error.WriteLine(failure);
        return failure is SettingException ? BadUsage : Failure;
    }

    sealed class VersionLine : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"adjoint {typeof(AdjointCommand).Assembly.GetName().Version!.ToString(3)}");
            return Success;
        }
    }
}
