using System.CommandLine;
using System.Text.Json;
using Adjoint.Gpu;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint ops</c>: the engine's table of ops, and where each runs.</summary>
static class OpsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand(
            "ops", "List the engine's ops: what each saves for its derivative, what bounds its speed, and the dtypes for which each kind of device can run it (OpenCL: by its kernels)", "ops", "ops --json") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json)) WriteJson(context);
            else
            {
                context.WriteTable(new Table(
                    ["op", "family", "differentiable", "saves", "bound", "cpu", "cuda", "simulator", "opencl"],
                    [.. OpSupport.All.Select(static one => (string[])
                    [
                        one.Op.Name, one.Op.Family, one.Op.IsDifferentiable ? "yes" : "no", one.Op.IsDifferentiable ? Describe(one.Op.Saves) : "", Describe(one.Op.Bound),
                        Describe(one.Cpu), Describe(one.Cuda), Describe(one.Simulator), Describe(one.OpenCL),
                    ])]));
            }

            return AdjointCommand.Success;
        });
        return command;
    }

    static void WriteJson(CommandContext context)
    {
        foreach (OpSupport one in OpSupport.All)
        {
            OpEntry op = one.Op;
            context.WriteJson(writer =>
            {
                writer.WriteString("op", op.Name);
                writer.WriteString("family", op.Family);
                writer.WriteBoolean("differentiable", op.IsDifferentiable);
                writer.WriteString("saves", op.IsDifferentiable ? Describe(op.Saves) : "");
                writer.WriteString("bound", Describe(op.Bound));
                Write(writer, "cpu", one.Cpu);
                Write(writer, "cuda", one.Cuda);
                Write(writer, "simulator", one.Simulator);
                Write(writer, "opencl", one.OpenCL);
            });
        }
    }

    static void Write(Utf8JsonWriter writer, string device, IReadOnlyList<DType> types)
    {
        writer.WriteStartArray(device);
        foreach (DType type in types) writer.WriteStringValue(type.Name());
        writer.WriteEndArray();
    }

    static string Describe(IReadOnlyList<DType> types) => types.Count == OpSample.Types.Count ? "all" : types.Count == 0 ? "-" : string.Join(" ", types.Select(static type => type.Name()));

    static string Describe(Bound bound) => bound == Bound.Memory ? "memory" : "arithmetic";

    static string Describe(Saves saves)
    {
        if (saves == Saves.Nothing) return "nothing";
        if ((saves & Saves.Inputs) == Saves.Inputs) return (saves & Saves.Output) != 0 ? "inputs, output" : "inputs";
        (Saves Flag, string Name)[] parts = [(Saves.First, "first"), (Saves.Second, "second"), (Saves.Third, "third"), (Saves.Output, "output")];
        return string.Join(", ", parts.Where(part => (saves & part.Flag) != 0).Select(part => part.Name));
    }
}
