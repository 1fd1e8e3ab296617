namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of Fourier kernels in the table.</summary>
static class FourierTable
{
    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(typeof(FourierLines), nameof(FourierLines.Run), "fourier_lines") with { Traits = KernelTraits.None },
        One(typeof(FourierStages), nameof(FourierStages.Turns), "fourier_turns"),
        One(typeof(FourierStages), nameof(FourierStages.Chirp), "fourier_chirp"),
        One(typeof(FourierStages), nameof(FourierStages.Bring), "fourier_bring"),
        One(typeof(FourierStages), nameof(FourierStages.Pass), "fourier_pass"),
        One(typeof(FourierStages), nameof(FourierStages.Filter), "fourier_filter"),
        One(typeof(FourierStages), nameof(FourierStages.Give), "fourier_give"),
    ];

    static KernelDescription One(Type holder, string method, string name) => new()
    {
        Family = "fourier",
        Name = name,
        Method = holder.GetMethod(method)!,
        Registers = (72, 72),
        Traits = KernelTraits.Independent,
        Checked = [[typeof(Scalar32)], [typeof(Scalar64)]],
    };
}
