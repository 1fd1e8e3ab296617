using System.CommandLine;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary><c>adjoint devices</c>: where tensors can live in this process.</summary>
static class DevicesCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Option<bool> json = Usage.JsonSwitch();
        var command = new ExampleCommand("devices", "List the devices of this machine", "devices", "devices --json") { json };
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(json))
            {
                context.WriteTable(new Table(["device", "description"], [.. Backends.All.Select(one => (string[])[one.Device.ToString(), one.Description])]));
                return AdjointCommand.Success;
            }

            foreach (IBackend backend in Backends.All)
            {
                context.WriteJson(writer =>
                {
                    writer.WriteString("device", backend.Device.ToString());
                    writer.WriteString("description", backend.Description);
                });
            }

            return AdjointCommand.Success;
        });
        return command;
    }
}
