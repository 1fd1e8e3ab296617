namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of environments in the table.</summary>
static class EnvironmentTable
{
    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(nameof(EnvironmentKernels.Allowed), "environment_allowed"),
        One(nameof(EnvironmentKernels.Step), "environment_step"),
        One(nameof(EnvironmentKernels.Draw), "environment_draw") with { Registers = (64, 64), Checked = [[typeof(Corridor), typeof(float), typeof(GumbelNoise)], [typeof(Corridor), typeof(double), typeof(GumbelNoise)]] },
    ];

    // Environments of users may need more registers than the one that is checked.
    static KernelDescription One(string method, string name) => new()
    {
        Family = "environments",
        Name = name,
        Method = typeof(EnvironmentKernels).GetMethod(method)!,
        Registers = (40, 40),
        Traits = KernelTraits.Independent,
        Checked = [[typeof(Corridor)]],
    };
}
