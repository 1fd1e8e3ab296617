using System.Globalization;

namespace Adjoint.Models;

/// <summary>How the value of an <see cref="Option"/> is written.</summary>
public enum OptionKind
{
    /// <summary>A real number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>One of a few names.</summary>
    Choice,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>Any words on one line, such as names of columns. May also be given as <c>--key words</c>.</summary>
    Text,
}

/// <summary>A setting of a model: <c>--set key=value</c>.</summary>
public sealed class Option
{
    const int LongestValueShown = 40;
    const int LongestText = 4000;

    readonly double minimum;
    readonly double maximum;

    Option(OptionKind kind, string key, string standard, string meaning, double minimum = 0, double maximum = 0, IReadOnlyList<string>? choices = null)
    {
        Kind = kind;
        Key = key;
        Meaning = meaning;
        this.minimum = minimum;
        this.maximum = maximum;
        Choices = choices ?? [];
        Default = Parse(standard);
    }

    /// <summary>How the value is written.</summary>
    public OptionKind Kind { get; }

    /// <summary>Lower-case words joined by hyphens.</summary>
    public string Key { get; }

    /// <summary>Value when neither the preset nor the user gives one.</summary>
    public string Default { get; }

    /// <summary>One line of explanation, with the unit if there is one.</summary>
    public string Meaning { get; }

    /// <summary>The names of a choice; empty for other kinds.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <summary>What may be written, in words: <c>a number from 0 to 1</c>.</summary>
    public string Allowed => Kind switch
    {
        OptionKind.Number => "a number" + Interval(),
        OptionKind.Whole => "a whole number" + Interval(),
        OptionKind.Flag => "true or false",
        OptionKind.Text => "words on one line",
        _ => "one of " + string.Join(", ", Choices),
    };

    /// <summary>A real number in [minimum, maximum].</summary>
    public static Option Number(
        string key, double standard, string meaning, double minimum = double.NegativeInfinity, double maximum = double.PositiveInfinity) =>
        new(OptionKind.Number, key, Write(standard), meaning, minimum, maximum);

    /// <summary>A whole number in [minimum, maximum].</summary>
    public static Option Whole(string key, int standard, string meaning, int minimum = int.MinValue, int maximum = int.MaxValue) =>
        new(OptionKind.Whole, key, Write(standard), meaning, minimum, maximum);

    /// <summary>One of a few names.</summary>
    public static Option Choice(string key, string standard, string meaning, params string[] choices) =>
        new(OptionKind.Choice, key, standard, meaning, choices: choices);

    /// <summary>Yes or no.</summary>
    public static Option Flag(string key, bool standard, string meaning) =>
        new(OptionKind.Flag, key, standard ? "true" : "false", meaning);

    /// <summary>Words on one line, which may be none.</summary>
    public static Option Text(string key, string standard, string meaning) => new(OptionKind.Text, key, standard, meaning);

    /// <summary>Checks a value and returns it in its one canonical spelling.</summary>
    /// <exception cref="SettingException">The value is not allowed; the message says what is.</exception>
    public string Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        switch (Kind)
        {
            case OptionKind.Number
                when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && double.IsFinite(number) && number >= minimum && number <= maximum:
                return Write(number);
            case OptionKind.Whole
                when int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole)
                && whole >= minimum && whole <= maximum:
                return Write(whole);
            case OptionKind.Text when value.Length <= LongestText && !value.Any(char.IsControl):
                return value.Trim();
            case OptionKind.Flag when value is "true" or "false":
            case OptionKind.Choice when Choices.Contains(value):
                return value;
            default:
                string hint = Kind == OptionKind.Choice ? Names.DidYouMean(value, Choices) : "";
                throw new SettingException($"{Key}={Names.Show(value, LongestValueShown)}: not {Allowed}.{hint}");
        }
    }

    static string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    string Interval() => (double.IsInfinity(minimum) || minimum == int.MinValue, double.IsInfinity(maximum) || maximum == int.MaxValue) switch
    {
        (true, true) => "",
        (false, true) => $" of at least {Write(minimum)}",
        (true, false) => $" of at most {Write(maximum)}",
        _ => $" from {Write(minimum)} to {Write(maximum)}",
    };
}
