namespace Adjoint.Tests.Gpu;

/// <summary>The pointwise operators of the engine's table, with the settings of its lines.</summary>
static class EngineOperators
{
    static readonly Dictionary<string, object> WithSettings = new()
    {
        ["affine"] = new Affine(2.5, -0.75),
        ["power"] = new Power(2.5),
        ["leaky_relu"] = new LeakyRelu(0.01),
        ["elu"] = new Elu(1.5),
        ["elu_slope"] = new EluSlope(1.5, 1),
        ["polygamma"] = new Polygamma(1),
        ["clamp"] = new Clamp(-1, 1),
    };

    /// <summary>The lines of pointwise ops.</summary>
    public static IEnumerable<OpEntry> Entries => OpTable.All.Where(entry => entry.Family == "pointwise");

    /// <summary>The operator of a line.</summary>
    public static object Of(OpEntry entry) => WithSettings.GetValueOrDefault(entry.Name) ?? Activator.CreateInstance(Type(entry))!;

    /// <summary>The operator's type.</summary>
    public static Type Type(OpEntry entry) => entry.Type.GetGenericArguments()[0];
}
