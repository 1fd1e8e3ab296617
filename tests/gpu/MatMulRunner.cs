using System.Reflection;
using System.Runtime.InteropServices;
using Adjoint.Kernels;
using Adjoint.Kernels.Gpu;
using ILGPU;

namespace Adjoint.Tests.Gpu;

/// <summary>Runs the launches of a product on the simulator, from the same argument bytes that a driver gets.</summary>
static class MatMulRunner
{
    const int Shift = 40;

    /// <summary>The target after all launches. Operands are float or double; the scratch memory starts as NaN.</summary>
    public static T[] Run<T, TFinish>(Simulator simulator, MatMulLaunch launch, T[] left, T[] right, T[] bias, T[] target, TFinish finish)
        where T : unmanaged
        where TFinish : unmanaged, IUnaryOperator
    {
        byte[] scratch = new byte[launch.ScratchBytes];
        scratch.AsSpan().Fill(0xFF);
        using var a = simulator.Copy<byte>(MemoryMarshal.AsBytes<T>(left));
        using var b = simulator.Copy<byte>(MemoryMarshal.AsBytes<T>(right));
        using var c = simulator.Copy<byte>(MemoryMarshal.AsBytes<T>(bias));
        using var y = simulator.Copy<byte>(MemoryMarshal.AsBytes<T>(target));
        using var s = simulator.Copy<byte>(scratch);
        SimulatorMemory<byte>[] memories = [a, b, c, y, s];
        var operands = new MatMulOperands(At(0, left.Length), At(1, right.Length), At(2, bias.Length), At(3, target.Length), At(4, 0).Address);
        byte[] buffer = new byte[LaunchArguments.MaxBytes];
        for (int i = 0; i < launch.Count; i++)
        {
            var arguments = new LaunchArguments(buffer);
            launch.AddArguments(i, operands, finish, ref arguments);
            Kernel kernel = KernelTable.Find(launch.Kernel(i));
            LaunchGrid grid = launch.Grid(i);
            simulator.Launch(kernel, (grid.X, grid.Y, grid.Z), grid.Threads, Read(kernel, arguments.Bytes, memories));
        }

        return MemoryMarshal.Cast<byte, T>(y.Read()).ToArray();
    }

    static DeviceView At(int memory, long count) => new((ulong)(memory + 1) << Shift, count);

    static object[] Read(Kernel kernel, ReadOnlySpan<byte> bytes, SimulatorMemory<byte>[] memories)
    {
        var arguments = new List<object>();
        int offset = 0;
        foreach (ParameterInfo parameter in kernel.Method.GetParameters())
        {
            Type type = parameter.ParameterType;
            bool isView = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);
            string reader = isView ? nameof(ReadView) : nameof(ReadValue);
            MethodInfo method = typeof(MatMulRunner).GetMethod(reader, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(isView ? type.GetGenericArguments()[0] : type);
            object?[] values = [bytes.ToArray(), offset, memories];
            arguments.Add(method.Invoke(null, values)!);
            offset = (int)values[1]!;
        }

        if (offset != bytes.Length) throw new InvalidOperationException($"{kernel.Name} takes {offset} bytes of arguments, {bytes.Length} were made");
        return [.. arguments];
    }

    static ArrayView<T> ReadView<T>(byte[] bytes, ref int offset, SimulatorMemory<byte>[] memories) where T : unmanaged
    {
        offset = (offset + 7) & -8;
        var view = MemoryMarshal.Read<DeviceView>(bytes.AsSpan(offset));
        offset += 16;
        SimulatorMemory<byte> memory = memories[(int)(view.Address >> Shift) - 1];
        long start = (long)(view.Address & ((1UL << Shift) - 1)), size = Marshal.SizeOf<T>();
        return view.Count == 0 ? ArrayView<T>.Empty : memory.View.SubView(start, view.Count * size).Cast<T>();
    }

    static T ReadValue<T>(byte[] bytes, ref int offset, SimulatorMemory<byte>[] memories) where T : unmanaged
    {
        _ = memories;
        int alignment = System.Runtime.CompilerServices.Unsafe.SizeOf<Aligned<T>>() - System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        offset = (offset + alignment - 1) & -alignment;
        T value = MemoryMarshal.Read<T>(bytes.AsSpan(offset));
        offset += System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        return value;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Aligned<T> where T : unmanaged
    {
        public byte Before;
        public T Value;
    }
}
