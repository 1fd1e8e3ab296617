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
                context.WriteTable(new Table(["device", "description"], [.. Backends.Devices.Select(device => (string[])[device.ToString(), Describe(device)])]));
                return AdjointCommand.Success;
            }

            foreach (Device device in Backends.Devices)
            {
                context.WriteJson(writer =>
                {
                    writer.WriteString("device", device.ToString());
                    writer.WriteString("description", Describe(device));
                });
            }

            return AdjointCommand.Success;
        });
        return command;
    }

    // A device that cannot be opened must not hide the others.
    static string Describe(Device device)
    {
        try
        {
            return Backends.Of(device).Description;
        }
        catch (AdjointException failure)
        {
            return $"cannot be opened: {failure.Message}";
        }
    }
}
