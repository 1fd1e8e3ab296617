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

    /// <summary>Runs a kernel.</summary>
    public static void Launch(this ILaunchDevice device, KernelReference kernel, LaunchGrid grid, params object[] arguments) => device.Launch(kernel, grid, Bytes(arguments));

    /// <summary>Arguments as the bytes of a launch.</summary>
    public static byte[] Bytes(params object[] arguments)
    {
        var bytes = new LaunchArguments(new byte[LaunchArguments.MaxBytes]);
        foreach (object argument in arguments) Add(ref bytes, argument);
        return bytes.Bytes.ToArray();
    }

    static void Add(ref LaunchArguments bytes, object argument)
    {
        switch (argument)
        {
            case DeviceView view: bytes.Add(view); break;
            case int number: bytes.Add(number); break;
            case long number: bytes.Add(number); break;
            case double number: bytes.Add(number); break;
            case Nest nest: bytes.Add(nest); break;
            case MatrixProduct product: bytes.Add(product); break;
            case Relu op: bytes.Add(op); break;
            case Add op: bytes.Add(op); break;
            case Affine op: bytes.Add(op); break;
            case SumFold fold: bytes.Add(fold); break;
            default: throw new ArgumentException($"Add {argument.GetType()} here");
        }
    }
}
