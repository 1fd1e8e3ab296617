using System.CommandLine;
using System.Globalization;
using Adjoint.Models;

namespace Adjoint.Commands;

/// <summary>Options that several commands share, and checks of what was typed.</summary>
static class Usage
{
    /// <summary>An option that takes one value.</summary>
    public static Option<string?> Value(string name, string value, string meaning) => new(name) { Description = meaning, HelpName = value };

    /// <summary>An option that is there or not.</summary>
    public static Option<bool> Switch(string name, string meaning) => new(name) { Description = meaning };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> JsonSwitch() => Switch("--json", "write one JSON object a line and nothing else");

    /// <summary>A whole number in a range; null if the option was not given.</summary>
    /// <exception cref="SettingException">It is not one.</exception>
    public static long? Whole(ParseResult parsed, Option<string?> option, long minimum, long maximum)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= minimum && value <= maximum) return value;
        string range = maximum == long.MaxValue
            ? minimum == long.MinValue ? "" : string.Create(CultureInfo.InvariantCulture, $" of at least {minimum}")
            : string.Create(CultureInfo.InvariantCulture, $" from {minimum} to {maximum}");
        throw new SettingException($"{option.Name} {Names.Show(text, 40)}: not a whole number{range}.");
    }

    /// <summary>Text that is not empty; null if the option was not given.</summary>
    /// <exception cref="SettingException">It is empty.</exception>
    public static string? Text(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null : text.Length > 0 ? text : throw new SettingException($"{option.Name} is empty. Write a value after it.");

    /// <summary>A data folder that exists; null if the option was not given.</summary>
    /// <exception cref="DataException">It does not exist.</exception>
    public static string? DataFolder(ParseResult parsed, Option<string?> option)
    {
        string? folder = Text(parsed, option);
        return folder is null || Directory.Exists(folder) ? folder : throw new DataException($"--data {Names.Show(folder)}: no such folder. Create it, or name another.");
    }

    /// <summary>A data folder or a file that exists; null if the option was not given.</summary>
    /// <exception cref="DataException">It does not exist.</exception>
    public static string? DataPath(ParseResult parsed, Option<string?> option)
    {
        string? path = Text(parsed, option);
        return path is null || Path.Exists(path) ? path : throw new DataException($"--data {Names.Show(path)}: no such file or folder. Check the path.");
    }

    /// <summary>A device that this process can use; null if the option was not given.</summary>
    /// <exception cref="SettingException">It is not the name of a device.</exception>
    /// <exception cref="DeviceException">It is not there.</exception>
    public static Device? Device(ParseResult parsed, Option<string?> option)
    {
        if (Text(parsed, option) is not { } name) return null;
        Device device = Adjoint.Device.Parse(name);
        Backends.Of(device);
        return device;
    }

    /// <summary><c>key=value</c> pairs.</summary>
    /// <exception cref="SettingException">A text is not a pair.</exception>
    public static IReadOnlyList<(string Key, string Value)> Pairs(IEnumerable<string> texts) =>
    [
        .. texts.Select(text => text.IndexOf('=', StringComparison.Ordinal) is > 0 and int split
            ? (text[..split], text[(split + 1)..])
            : throw new SettingException($"--set {Names.Show(text)}: not key=value. Write for example --set rate=0.001.")),
    ];

    /// <summary>The one line that describes why a command line was not understood; null if it was.</summary>
    public static string? Problem(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        Command root = parsed.RootCommandResult.Command;
        string path = PathOf(parsed.CommandResult);
        foreach (System.CommandLine.Option one in command.Options)
        {
            if (parsed.GetResult(one)?.Tokens.FirstOrDefault(token => IsOption(token.Value)) is { } next)
                return $"{one.Name} needs a value, but {Names.Show(next.Value)} follows. See {path} --help.";
        }

        if (parsed.Tokens.FirstOrDefault(token => token.Type == System.CommandLine.Parsing.TokenType.Directive) is { } directive)
            return $"'{Names.Show(directive.Value)}' is not a command. See adjoint --help.";
        string[] tokens = [.. parsed.UnmatchedTokens];
        // An argument takes anything, so a mistyped option in its place arrives as its value.
        string[] dashed = [.. command.Arguments.SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? []).Select(token => token.Value).Where(IsOption)];
        if (dashed.Concat(tokens).FirstOrDefault(IsOption) is { } option)
        {
            List<string> known = [.. command.Options.Concat(command == root ? [] : root.Options.Where(one => one.Recursive))
                .Select(one => one.Name).Where(IsOption)];
            string name = option.Split('=')[0];
            if (known.Contains(name)) return $"{name} comes after '--', which ends the options. Leave '--' out.";
            return $"'{command.Name}' has no option {Names.Show(name)}.{Names.DidYouMean(name, known)} Options: {string.Join(", ", known)}.";
        }

        if (command.Subcommands.Count > 0 && (tokens.Length > 0 || parsed.Errors.Count > 0))
        {
            IEnumerable<string> known = command.Subcommands.Select(one => one.Name);
            string typed = tokens.Length > 0 ? tokens[0] : "";
            return $"No command '{Names.Show(typed)}'.{Names.DidYouMean(typed, known)} Commands: {string.Join(", ", known)}.";
        }

        if (tokens.Length > 0) return $"'{command.Name}' does not take '{Names.Show(tokens[0])}'. See {path} --help.";
        return parsed.Errors.Count > 0 ? $"{Names.Show(parsed.Errors[0].Message, 200)} See {path} --help." : null;
    }

    // The words up to a command: adjoint kernels ptx.
    static string PathOf(System.CommandLine.Parsing.SymbolResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{PathOf(parent)} {((System.CommandLine.Parsing.CommandResult)result).Command.Name}" : "adjoint";

    static bool IsOption(string text) => text.Length > 1 && text[0] == '-' && !char.IsAsciiDigit(text[1]);
}
