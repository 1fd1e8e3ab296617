using System.Globalization;

namespace Adjoint.Bench;

/// <summary>What the command line asks for.</summary>
/// <param name="Mode">Name of the mode; null if none was given.</param>
/// <param name="Json">One JSON object a line instead of text.</param>
/// <param name="Help">Whether to list the modes.</param>
/// <param name="Ops">For <c>compare</c>: the ops instead of the training steps.</param>
/// <param name="Check">For <c>tables</c>: only say whether the tables are what the results say.</param>
/// <param name="Peers">For <c>compare</c>: commands of the peers, to which the number of threads is appended.</param>
/// <param name="Rounds">For <c>compare</c>: how often ours and the peers take turns.</param>
/// <param name="Out">File for the results.</param>
sealed record Options(string? Mode, bool Json, bool Help, bool Ops, bool Check, IReadOnlyList<string> Peers, int Rounds, string? Out)
{
    const string Known = "Known: --json, --help, --ops, --check, --peer COMMAND, --rounds N, --device NAME, --seconds N, --out FILE.";

    /// <summary>For <c>gpu</c>: the device.</summary>
    public string Device { get; init; } = "cuda:0";

    /// <summary>For <c>gpu</c>: time for everything, in seconds.</summary>
    public int Seconds { get; init; } = 480;

    /// <summary>Reads the words of the command line.</summary>
    /// <exception cref="BenchException">An unknown option, or one without its value.</exception>
    public static Options Parse(ReadOnlySpan<string> words)
    {
        var options = new Options(null, false, false, false, false, [], 3, null);
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            options = word switch
            {
                "--json" => options with { Json = true },
                "--help" => options with { Help = true },
                "--ops" => options with { Ops = true },
                "--check" => options with { Check = true },
                "--peer" => options with { Peers = [.. options.Peers, Value(words, ref i)] },
                "--rounds" => options with { Rounds = Count(word, Value(words, ref i), 999) },
                "--device" => options with { Device = Value(words, ref i) },
                "--seconds" => options with { Seconds = Count(word, Value(words, ref i), 86_400) },
                "--out" => options with { Out = Value(words, ref i) },
                _ when word.StartsWith("--", StringComparison.Ordinal) => throw new BenchException($"unknown option {word}. {Known}"),
                _ when options.Mode is null => options with { Mode = word },
                _ => throw new BenchException($"a second mode '{word}' after '{options.Mode}'. Give one mode."),
            };
        }

        return options;
    }

    static string Value(ReadOnlySpan<string> words, ref int position) =>
        position + 1 < words.Length ? words[++position] : throw new BenchException($"{words[position]} lacks its value. {Known}");

    static int Count(string option, string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 && count <= most
            ? count
            : throw new BenchException($"{option} {text} is not a number from 1 to {most}. Give one.");
}
