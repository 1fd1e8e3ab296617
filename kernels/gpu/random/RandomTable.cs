namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of random kernels in the table.</summary>
static class RandomTable
{
    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(nameof(RandomDeviceKernels.Fill), "random_fill", [
            [typeof(Bits64), typeof(ulong)], [typeof(Uniform32), typeof(float)], [typeof(Uniform64), typeof(double)], [typeof(Normal32), typeof(float)], [typeof(Normal64), typeof(double)],
            [typeof(Gumbel32), typeof(float)], [typeof(Gumbel64), typeof(double)], [typeof(Integers32), typeof(int)], [typeof(Integers64), typeof(long)], [typeof(Bernoulli), typeof(byte)]]),
        One(nameof(RandomDeviceKernels.Advance), "random_advance", [[]]),
        One(nameof(RandomDeviceKernels.FromWeights), "random_from_weights", [[typeof(float), typeof(Conversions)]]),
        One(nameof(RandomDeviceKernels.FromLogits), "random_from_logits", [[typeof(float), typeof(GumbelNoise)], [typeof(double), typeof(GumbelNoise)]]),
        One(nameof(RandomDeviceKernels.FromLaw), "random_from_law", [
            [typeof(GammaLaw), typeof(float), typeof(Conversions)], [typeof(GammaLaw), typeof(double), typeof(Conversions)],
            [typeof(PoissonLaw), typeof(float), typeof(Conversions)], [typeof(PoissonLaw), typeof(double), typeof(Conversions)]]) with { BlocksPerMultiprocessor = 2, Registers = (96, 96) },
        One(nameof(RandomDeviceKernels.Permute), "random_permute", [[]]),
    ];

    static KernelDescription One(string method, string name, Type[][] types) => new()
    {
        Family = "random",
        Name = name,
        Method = typeof(RandomDeviceKernels).GetMethod(method)!,
        BlocksPerMultiprocessor = 4,
        Registers = (48, 48),
        Traits = KernelTraits.Independent,
        Checked = types,
    };
}
