using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// Names a compiled kernel by all that its text depends on: method, types, launch bounds, target, the compiler's version, and the contents of every assembly that the types come
/// from, which builds put into the module's version id. A chain's method is written at run time from its structure, which stands for it together with the writer, a part of this assembly.
/// </summary>
static class KernelKey
{
    const string Format = "adjoint kernel 1";

    /// <summary>The key, in hexadecimal digits; null for kernels of assemblies made at run time, whose ids say nothing about contents.</summary>
    public static string? Of(Kernel kernel, KernelTarget target)
    {
        var assemblies = new SortedDictionary<string, Assembly>(StringComparer.Ordinal);
        Add(assemblies, typeof(KernelKey));
        Add(assemblies, typeof(Scalar32));
        Add(assemblies, typeof(Context));
        ChainKernel? chain = ChainTable.Of(kernel.Method);
        if (chain is null) Add(assemblies, kernel.Method.DeclaringType!);
        foreach (Type argument in kernel.Arguments) Add(assemblies, argument);
        foreach (ChainStep step in chain?.Steps ?? [])
        {
            if (step.Operator is { } op) Add(assemblies, op);
        }

        KernelDescription description = kernel.Description;
        var text = new StringBuilder(Format);
        text.Append('\n').Append(kernel.Name).Append('\n').Append(kernel.Method.DeclaringType!.FullName).Append('\n').Append(kernel.Method);
        text.Append('\n').Append(chain?.Structure);
        foreach (Type argument in kernel.Arguments) text.Append('\n').Append(argument.AssemblyQualifiedName);
        text.Append('\n').Append(target.Name).Append('\n').Append(KernelTarget.InstructionSet);
        text.Append('\n').Append(description.Threads).Append(' ').Append(description.BlocksPerMultiprocessor).Append(' ').Append(description.DynamicSharedBytes);
        foreach (var (name, assembly) in assemblies)
        {
            if (assembly.IsDynamic) return null;
            text.Append('\n').Append(name).Append(' ').Append(assembly.ManifestModule.ModuleVersionId);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    static void Add(SortedDictionary<string, Assembly> assemblies, Type type)
    {
        assemblies[type.Assembly.FullName!] = type.Assembly;
        foreach (Type argument in type.GetGenericArguments()) Add(assemblies, argument);
    }
}
