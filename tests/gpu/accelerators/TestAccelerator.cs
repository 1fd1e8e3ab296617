using Adjoint.Kernels.Gpu;

namespace Adjoint.Tests.Gpu;

/// <summary>The device of tests of the engine's GPU back end: what ADJOINT_TEST_DEVICE names, the simulator where it names nothing.</summary>
static class TestAccelerator
{
    const string Variable = "ADJOINT_TEST_DEVICE";

    /// <summary>Opens it: simulator (the default), threads (the simulator without warps), opencl.</summary>
    public static AcceleratorDevice Open() => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "simulator" => AcceleratorDevice.Simulator(),
        "threads" => AcceleratorDevice.Simulator(hasWarps: false),
        "opencl" => AcceleratorDevice.OpenCL() ?? throw new InvalidOperationException($"{Variable} asks for OpenCL, and there is no device that ILGPU can use"),
        string other => throw new InvalidOperationException($"{Variable} is {other}. simulator, threads or opencl?"),
    };
}
