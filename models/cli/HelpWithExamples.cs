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

/// <summary>The usual help, followed by examples in which MODEL is the first of the models.</summary>
sealed class HelpWithExamples(HelpAction help, IReadOnlyList<IModel> models) : SynchronousCommandLineAction
{
    static readonly string[] First = ["list", "doctor", "train MODEL --steps 1000 --out runs/first", "eval runs/first"];

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        string model = models.Count > 0 ? models[0].Name : "MODEL";
        output.WriteLine("Examples:");
        foreach (string example in (parseResult.CommandResult.Command as ExampleCommand)?.Examples ?? First) output.WriteLine($"  adjoint {example.Replace("MODEL", model, StringComparison.Ordinal)}");
        return code;
    }
}
