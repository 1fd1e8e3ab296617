namespace Adjoint.Bench;

/// <summary>Something that bench measures. <paramref name="Run"/> returns whether every floor of the mode was reached.</summary>
sealed record Mode(string Name, string Meaning, Func<Output, bool> Run);

/// <summary>The modes, one line each.</summary>
static class ModeTable
{
    public static readonly Mode[] All =
    [
        new("peaks", "arithmetic and bandwidth that this machine reaches", PeaksMode.Run),
        new("matmul", "matrix products as a share of the measured arithmetic peak, one thread and two; fails where a floor is missed", MatMulMode.Run),
        new("ops", "kernels one by one as a share of the roof that limits them, and what an op costs beside its kernel", OpsMode.Run),
        new("numbers", "decompositions, transforms, convolutions, attention and order at the sizes of models, as a share of the roof", NumbersMode.Run),
        new("step", "whole training steps, op by op and as plans; fails if their losses leave those in f64", StepMode.Run),
        new("models", "whole training runs of models, as iterations a second and as a share of the arithmetic peak, with the results that they end in; minutes", ModelsMode.Run),
        new("profile", "the kernels of each training step with their times", ProfileMode.Run),
        new("gpu", "a device: checks against the CPU, matrix products, memory-bound kernels, training steps, PyTorch and JAX beside them", GpuMode.Run),
        new("start", "a NativeAOT program that loads a model and predicts: time of the whole process, and size; fails above 15 ms or 6 MB", StartMode.Run),
        new("tables", "rewrites the tables of README.md and bench/results/README.md from bench/results; --check only compares", TablesMode.Run),
        new("memory", "a million steps of a small network, eager and as a plan; fails if resident memory grows by 1 MB", MemoryMode.Run),
        new("compare", "training steps, or with --ops kernels, beside those of peers that --peer COMMAND names", CompareMode.Run),
    ];
}
