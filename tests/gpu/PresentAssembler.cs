using Adjoint.Kernels.Gpu;
using NUnit.Framework;

namespace Adjoint.Tests.Gpu;

/// <summary>The assembler where this machine has it.</summary>
static class PresentAssembler
{
    /// <summary>The assembler; skips the test without one.</summary>
    public static Assembler Require()
    {
        if (Settings.AssemblerPath is null) Assert.Ignore("ptxas is neither in PATH nor in CUDA_HOME/bin, and ADJOINT_PTXAS does not name it");
        return new Assembler(Settings.AssemblerPath!);
    }
}
