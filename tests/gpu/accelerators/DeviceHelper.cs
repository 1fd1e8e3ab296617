using System.Runtime.InteropServices;
using Adjoint.Kernels;

namespace Adjoint.Tests.Gpu;

/// <summary>Arrays to a device and back, and launches with arguments of any type.</summary>
static class DeviceHelper
{
    /// <summary>Memory that holds a copy of the elements.</summary>
    public static ulong Copy<T>(this ILaunchDevice device, params ReadOnlySpan<T> elements) where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(elements);
        ulong address = device.Allocate(bytes.Length);
        device.Write(address, bytes);
        return address;
    }

    /// <summary>Elements from an address on.</summary>
    public static T[] Read<T>(this ILaunchDevice device, ulong address, int count) where T : unmanaged
    {
        var elements = new T[count];
        device.Read(address, MemoryMarshal.AsBytes(elements.AsSpan()));
        return elements;
    }

    /// <summary>Memory that holds a copy of the elements until disposal.</summary>
    public static TestMemory<T> Memory<T>(this ILaunchDevice device, params ReadOnlySpan<T> elements) where T : unmanaged => new(device, elements);

    /// <summary>Memory of zeros.</summary>
    public static TestMemory<T> Zeros<T>(this ILaunchDevice device, int length) where T : unmanaged => new(device, new T[length]);

    /// <summary>Runs a kernel.</summary>
    public static void Launch(this ILaunchDevice device, KernelReference kernel, LaunchGrid grid, params object[] arguments) => device.Launch(kernel, grid, Bytes(arguments));

    /// <summary>Arguments as the bytes of a launch.</summary>
    public static byte[] Bytes(params object[] arguments)
    {
        var bytes = new LaunchArguments(new byte[LaunchArguments.MaxBytes]);
        foreach (object argument in arguments)
            ((IArgument)Activator.CreateInstance(typeof(Argument<>).MakeGenericType(argument.GetType()), argument)!).AddTo(ref bytes);
        return bytes.Bytes.ToArray();
    }

    interface IArgument
    {
        void AddTo(ref LaunchArguments bytes);
    }

    sealed class Argument<T>(T value) : IArgument where T : unmanaged
    {
        public void AddTo(ref LaunchArguments bytes) => bytes.Add(value);
    }
}
