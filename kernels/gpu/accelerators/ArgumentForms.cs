using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Reads the arguments of one kernel from the bytes of a launch.</summary>
sealed class ArgumentForms
{
    readonly string kernel;
    readonly ArgumentForm[] forms;

    /// <summary>The forms of a kernel's parameters.</summary>
    public ArgumentForms(Kernel kernel)
    {
        this.kernel = kernel.Name;
        bool isAligned = kernel.Traits.HasFlag(KernelTraits.VectorLoads);
        forms = [.. kernel.Method.GetParameters().Select(parameter => ArgumentForm.Of(parameter, isAligned))];
    }

    /// <summary>The arguments as ILGPU takes them, and the buffers that views among them lie in.</summary>
    /// <exception cref="KernelLaunchException">There are too few or too many bytes, or a view lies in no buffer.</exception>
    public DecodedArguments Read(ReadOnlySpan<byte> bytes, AddressSpace memory)
    {
        var values = new object[forms.Length];
        var buffers = new List<DeviceBuffer>(forms.Length);
        int used = 0;
        for (int i = 0; i < forms.Length; i++)
        {
            ArgumentForm form = forms[i];
            int start = (used + form.Alignment - 1) & -form.Alignment;
            used = start + form.Size;
            if (used > bytes.Length) throw new KernelLaunchException($"{kernel}: its arguments take at least {used} bytes, and there are {bytes.Length}");
            values[i] = form.Read(bytes.Slice(start, form.Size), memory, kernel, buffers);
        }

        if (used != bytes.Length) throw new KernelLaunchException($"{kernel}: its arguments take {used} bytes, and there are {bytes.Length}");
        return new(values, [.. buffers]);
    }
}

/// <summary>The arguments of one launch.</summary>
/// <param name="Values">What ILGPU takes.</param>
/// <param name="Buffers">The memory that they refer to.</param>
readonly record struct DecodedArguments(object[] Values, DeviceBuffer[] Buffers);

/// <summary>How one argument lies in the bytes.</summary>
abstract class ArgumentForm
{
    /// <summary>Its offset is a multiple of this.</summary>
    public abstract int Alignment { get; }

    /// <summary>Bytes that it takes.</summary>
    public abstract int Size { get; }

    /// <summary>The argument.</summary>
    public abstract object Read(ReadOnlySpan<byte> bytes, AddressSpace memory, string kernel, List<DeviceBuffer> buffers);

    /// <summary>The form of a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="isAligned">Whether views must start at multiples of 16 bytes.</param>
    public static ArgumentForm Of(ParameterInfo parameter, bool isAligned)
    {
        Type type = parameter.ParameterType;
        bool isView = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);
        return isView
            ? (ArgumentForm)Activator.CreateInstance(typeof(ViewForm<>).MakeGenericType(type.GetGenericArguments()), parameter.Name, isAligned)!
            : (ArgumentForm)Activator.CreateInstance(typeof(ValueForm<>).MakeGenericType(type))!;
    }
}

/// <summary>A number or a structure.</summary>
sealed class ValueForm<T> : ArgumentForm where T : unmanaged
{
    public override int Alignment => Unsafe.SizeOf<Aligned>() - Unsafe.SizeOf<T>();

    public override int Size => Unsafe.SizeOf<T>();

    public override object Read(ReadOnlySpan<byte> bytes, AddressSpace memory, string kernel, List<DeviceBuffer> buffers) => MemoryMarshal.Read<T>(bytes);

    // Its size tells the alignment of T.
    [StructLayout(LayoutKind.Sequential)]
    struct Aligned
    {
        public byte Before;
        public T Value;
    }
}

/// <summary>A view: address and number of elements.</summary>
sealed class ViewForm<T>(string name, bool isAligned) : ArgumentForm where T : unmanaged
{
    // What one instruction loads at most, and the elements that a thread takes together.
    const uint VectorBytes = 16, PackElements = 4;

    public override int Alignment => sizeof(ulong);

    public override int Size => Unsafe.SizeOf<DeviceView>();

    public override object Read(ReadOnlySpan<byte> bytes, AddressSpace memory, string kernel, List<DeviceBuffer> buffers)
    {
        DeviceView view = MemoryMarshal.Read<DeviceView>(bytes);
        if (view.Count == 0) return ArrayView<T>.Empty;
        uint size = (uint)Unsafe.SizeOf<T>();
        if (view.Count < 0 || view.Count > long.MaxValue / size) throw new KernelLaunchException($"{kernel}: {name} has {view.Count} elements");
        if (view.Address % size != 0) throw new KernelLaunchException($"{kernel}: {name} starts at 0x{view.Address:x}, which is no multiple of its elements' {size} bytes");
        uint pack = Math.Min(VectorBytes, PackElements * size);
        if (isAligned && view.Count * size >= pack && view.Address % pack != 0)
            throw new KernelLaunchException($"{kernel}: {name} starts at 0x{view.Address:x}, and the kernel loads {pack} bytes at multiples of {pack}");
        if (!memory.TryFind(view.Address, view.Count * size, out DeviceBuffer? buffer))
            throw new KernelLaunchException($"{kernel}: {name}: {memory.Describe(view.Address, view.Count * size)}");
        buffers.Add(buffer);
        return new ArrayView<T>(buffer.Memory, (long)(view.Address - buffer.Address) / size, view.Count);
    }
}
