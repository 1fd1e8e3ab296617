using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;

namespace Adjoint.Tests.Gpu;

/// <summary>Runs the launches of a product on the simulator, from the same argument bytes that a driver gets.</summary>
static class MatMulRunner
{
    /// <summary>The target after all launches. Operands are float or double; the scratch memory starts as NaN.</summary>
    public static T[] Run<T, TFinish>(MatMulLaunch launch, T[] left, T[] right, T[] bias, T[] target, TFinish finish)
        where T : unmanaged
        where TFinish : unmanaged, IUnaryOperator
    {
        AcceleratorDevice simulator = SimulatedDevice.Simulator;
        byte[] undefined = new byte[launch.ScratchBytes];
        undefined.AsSpan().Fill(0xFF);
        using var a = simulator.Memory<T>(left);
        using var b = simulator.Memory<T>(right);
        using var c = simulator.Memory<T>(bias);
        using var y = simulator.Memory<T>(target);
        using var scratch = simulator.Memory<byte>(undefined);
        var operands = new MatMulOperands(a.View, b.View, c.View, y.View, scratch.View.Address);
        byte[] buffer = new byte[LaunchArguments.MaxBytes];
        for (int i = 0; i < launch.Count; i++)
        {
            var arguments = new LaunchArguments(buffer);
            launch.AddArguments(i, operands, finish, ref arguments);
            simulator.Launch(launch.Kernel(i), launch.Grid(i), arguments.Bytes);
        }

        return y.Read();
    }
}
