using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>A command that shows examples in its help.</summary>
sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines without the program's name.</summary>
    public IReadOnlyList<string> Examples => examples;
}

/// <summary>The usual help, followed by examples with the first of the models, its first preset and its first option.</summary>
sealed class HelpWithExamples(HelpAction help, IReadOnlyList<IModel> models) : SynchronousCommandLineAction
{
    static readonly string[] First = ["list", "doctor", "train MODEL --steps 1000 --out runs/first", "eval runs/first"];

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        IModel? model = models.Count > 0 ? models[0] : null;
        Models.Option? option = model is { Options.Count: > 0 } ? model.Options[0] : null;
        output.WriteLine("Examples:");
        foreach (string example in (parseResult.CommandResult.Command as ExampleCommand)?.Examples ?? First)
        {
            output.WriteLine("  adjoint " + example
                .Replace("MODEL", model?.Name ?? "MODEL", StringComparison.Ordinal)
                .Replace("PRESET", model?.Presets[0].Name ?? "PRESET", StringComparison.Ordinal)
                .Replace("KEY=VALUE", option is null ? "key=value" : $"{option.Key}={option.Default}", StringComparison.Ordinal));
        }

        return code;
    }
}
