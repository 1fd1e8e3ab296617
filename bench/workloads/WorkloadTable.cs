namespace Adjoint.Bench;

/// <summary>The workloads by the names that peers print, one line each.</summary>
static class WorkloadTable
{
    public static readonly (string Name, Func<DType, Workload> Make)[] All =
    [
        ("mlp-16", static type => new ClassifierWorkload(16, 64, type)),
        ("mlp-256", static type => new ClassifierWorkload(256, 256, type)),
        ("cfm-2d", static type => new FlowMatchingWorkload(type)),
        ("deepiv-1", static type => new DeepIvWorkload(false, type)),
        ("deepiv-2", static type => new DeepIvWorkload(true, type)),
        ("multitask-16", static type => new MultitaskWorkload(type)),
        ("gflownet-20x4", static type => new GFlowNetWorkload(type)),
    ];
}
