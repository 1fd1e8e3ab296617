using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What is changed in, and read from, the text that ILGPU writes.</summary>
static partial class PtxText
{
    /// <summary>
    /// The text for a target, with the kernel under its own name: ILGPU knows no target above sm_80 and names kernels after methods. Sums and products get a rounding
    /// modifier, which forbids the assembler to fuse them: where a kernel wants one rounding, its source says so.
    /// </summary>
    public static string Finish(string text, string compiledName, string name, KernelTarget target)
    {
        text = WithoutUnusedFunctions(text);
        text = Version().Replace(text, $".version {KernelTarget.InstructionSet}", 1);
        text = Target().Replace(text, $".target {target.Name}", 1);
        text = Unrounded().Replace(text, "\t$1.rn.$2");
        return text.Replace($".entry {compiledName}(", $".entry {name}(", StringComparison.Ordinal);
    }

    /// <summary>The text without its header, so that the kernels of one target can be put into one module.</summary>
    public static string Body(string text) => Header().Replace(text, "", 1);

    /// <summary>Bytes of shared memory that a kernel declares.</summary>
    public static int StaticSharedBytes(string text)
    {
        int bytes = 0;
        foreach (Match match in Shared().Matches(text))
        {
            int alignment = Number(match.Groups[1]), size = Number(match.Groups[3]) * ElementBytes(match.Groups[2].Value);
            bytes = Align(bytes, alignment) + size;
        }

        return bytes;
    }

    /// <summary>The parameters of a kernel's entry point, laid out as the driver expects its argument buffer.</summary>
    public static IReadOnlyList<KernelParameter> Parameters(string text, string name, MethodInfo method)
    {
        int start = text.IndexOf($".entry {name}(", StringComparison.Ordinal);
        int end = text.IndexOf(')', start);
        var matches = Parameter().Matches(text[start..end]);
        ParameterInfo[] sources = method.GetParameters();
        if (matches.Count != sources.Length) throw new NotSupportedException($"{sources.Length} parameters became {matches.Count}");
        var parameters = new KernelParameter[sources.Length];
        int offset = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            Match match = matches[i];
            int element = ElementBytes(match.Groups[2].Value);
            int size = match.Groups[3].Success ? Number(match.Groups[3]) * element : element;
            int alignment = match.Groups[1].Success ? Number(match.Groups[1]) : element;
            offset = Align(offset, alignment);
            Type type = sources[i].ParameterType;
            bool isView = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);
            parameters[i] = new(isView ? KernelParameterKind.View : KernelParameterKind.Value, offset, size, alignment);
            offset += size;
        }

        return parameters;
    }

    // ILGPU leaves an empty function for each intrinsic, and declares every function before it defines it.
    static string WithoutUnusedFunctions(string text)
    {
        var called = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match match in Call().Matches(text)) called.Add(match.Groups[1].Value);
        return Function().Replace(text, match => called.Contains(match.Groups[1].Value) ? match.Value : "");
    }

    static int Align(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;

    static int Number(System.Text.RegularExpressions.Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    static int ElementBytes(string type) => int.Parse(type.AsSpan(1), CultureInfo.InvariantCulture) / 8;

    [GeneratedRegex(@"^\.version .*$", RegexOptions.Multiline)]
    private static partial Regex Version();

    [GeneratedRegex(@"^\.target .*$", RegexOptions.Multiline)]
    private static partial Regex Target();

    [GeneratedRegex(@"\A(?:.*\n)*?\.address_size 64\r?\n")]
    private static partial Regex Header();

    [GeneratedRegex(@"^\t(add|sub|mul)\.(f32|f64)\b", RegexOptions.Multiline)]
    private static partial Regex Unrounded();

    [GeneratedRegex(@"^\.visible \.func .*?\b(\w+)\((?:\r?\n\t\.param[^\n]*)*\r?\n?\)\r?\n(?:;|\{.*?^\})\r?\n*", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Function();

    [GeneratedRegex(@"\bcall(?:\.uni)?\s+(?:\([^)]*\),\s*)?(\w+)")]
    private static partial Regex Call();

    [GeneratedRegex(@"^\s*\.shared \.align (\d+) \.([a-z]\d+)\s+\w+\[(\d+)\];", RegexOptions.Multiline)]
    private static partial Regex Shared();

    [GeneratedRegex(@"\.param (?:\.align (\d+) )?\.([a-z]\d+) \w+(?:\[(\d+)\])?")]
    private static partial Regex Parameter();
}
