namespace Adjoint.Kernels.Gpu;

/// <summary>The lines of optimiser kernels in the table.</summary>
static class UpdateTable
{
    static readonly Type[] Rules =
    [
        typeof(AdamDeviceRule), typeof(SgdDeviceRule), typeof(MomentumDeviceRule), typeof(NesterovDeviceRule), typeof(LionDeviceRule), typeof(AdagradDeviceRule), typeof(RmsPropDeviceRule),
        typeof(RmsPropMomentumDeviceRule), typeof(RmsPropCentredDeviceRule),
    ];

    static readonly (Type Rule, Type Average)[] Passes =
    [
        .. Rules.Select(static rule => (rule, typeof(WithoutAverage))), .. Rules.Select(static rule => (rule, typeof(WithAverage))), (typeof(AverageDeviceRule), typeof(WithoutAverage)),
    ];

    public static IEnumerable<KernelDescription> All { get; } =
    [
        One(nameof(UpdateKernels.Run), "update", KernelTraits.VectorLoads | KernelTraits.Independent, [.. Passes.SelectMany(static pass => new[]
        {
            new[] { pass.Rule, pass.Average, typeof(Scalar32), typeof(Pack4<Scalar32>) }, [pass.Rule, pass.Average, typeof(Scalar64), typeof(Pack2<Scalar64>)],
        })]),
        One(nameof(UpdateKernels.CountStep), "update_count_step", KernelTraits.Independent, [[]]),
        One(nameof(UpdateKernels.RateFactors), "update_rate_factors", KernelTraits.Independent, [[]]),
        One(nameof(UpdateKernels.AdamFactors), "update_adam_factors", KernelTraits.Independent, [[]]),
        One(nameof(UpdateKernels.AverageFactors), "update_average_factors", KernelTraits.Independent, [[]]),
        One(nameof(UpdateKernels.SquareSum), "update_square_sum", KernelTraits.Warps, Teams),
        One(nameof(UpdateKernels.ClipScale), "update_clip_scale", KernelTraits.Warps, Teams),
    ];

    static Type[][] Teams =>
    [
        [typeof(float), typeof(Widening), typeof(BlockTeam)], [typeof(double), typeof(Widening), typeof(BlockTeam)],
        [typeof(float), typeof(Widening), typeof(ThreadTeam)], [typeof(double), typeof(Widening), typeof(ThreadTeam)],
    ];

    static KernelDescription One(string method, string name, KernelTraits traits, Type[][] types) => new()
    {
        Family = "update",
        Name = name,
        Method = typeof(UpdateKernels).GetMethod(method)!,
        Registers = (64, 64),
        Traits = traits,
        Checked = types,
    };
}
