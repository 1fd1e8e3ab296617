using System.CommandLine;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint ops</c>: the engine's table of ops.</summary>
static class OpsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand(
            "ops", "List the engine's ops: what each saves for its derivative and what bounds its speed", "ops", "ops --json") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json)) WriteJson(context);
            else
            {
                context.WriteTable(new Table(
                    ["op", "family", "differentiable", "saves", "bound"],
                    [.. OpTable.All.Select(op => (string[])
                        [op.Name, op.Family, op.IsDifferentiable ? "yes" : "no", op.IsDifferentiable ? Describe(op.Saves) : "", Describe(op.Bound)])]));
            }

            return AdjointCommand.Success;
        });
        return command;
    }

    static void WriteJson(CommandContext context)
    {
        foreach (OpEntry op in OpTable.All)
        {
            context.WriteJson(writer =>
            {
                writer.WriteString("op", op.Name);
                writer.WriteString("family", op.Family);
                writer.WriteBoolean("differentiable", op.IsDifferentiable);
                writer.WriteString("saves", op.IsDifferentiable ? Describe(op.Saves) : "");
                writer.WriteString("bound", Describe(op.Bound));
            });
        }
    }

    static string Describe(Bound bound) => bound == Bound.Memory ? "memory" : "arithmetic";

    static string Describe(Saves saves)
    {
        if (saves == Saves.Nothing) return "nothing";
        if ((saves & Saves.Inputs) == Saves.Inputs) return (saves & Saves.Output) != 0 ? "inputs, output" : "inputs";
        (Saves Flag, string Name)[] parts = [(Saves.First, "first"), (Saves.Second, "second"), (Saves.Third, "third"), (Saves.Output, "output")];
        return string.Join(", ", parts.Where(part => (saves & part.Flag) != 0).Select(part => part.Name));
    }
}
