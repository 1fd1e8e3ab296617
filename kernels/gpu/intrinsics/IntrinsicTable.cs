using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;
using ILGPU.IR.Values;

namespace Adjoint.Kernels.Gpu;

/// <summary>Teaches ILGPU the methods that carry a <see cref="PtxAttribute"/>: their calls become the attribute's text.</summary>
static partial class IntrinsicTable
{
    static readonly ConcurrentDictionary<MethodBase, string> Texts = new();

    static readonly Type[] Holders = [typeof(Float32), typeof(Float64), typeof(Words), typeof(Votes), typeof(AsynchronousCopies), typeof(MatrixUnits), typeof(WarpGroups)];

    /// <summary>Every intrinsic.</summary>
    public static IEnumerable<MethodInfo> Methods =>
        from holder in Holders
        from method in holder.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where method.IsDefined(typeof(PtxAttribute))
        select method;

    /// <summary>Registers all intrinsics with a context that is being built.</summary>
    public static void Register(Context.Builder builder)
    {
        MethodInfo handler = typeof(IntrinsicTable).GetMethod(nameof(Emit), BindingFlags.Static | BindingFlags.NonPublic)!;
        var manager = builder.GetIntrinsicManager();
        foreach (MethodInfo method in Methods)
        {
            Texts[method] = Repeat(method.GetCustomAttribute<PtxAttribute>()!.Text);
            manager.RegisterMethod(method, new PTXIntrinsic(handler, IntrinsicImplementationMode.GenerateCode));
        }
    }

    // Called by ILGPU for each call of an intrinsic.
    static void Emit(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        string text = Texts[call.Target.Source!];
        var operands = new string[call.Count];
        for (int i = 0; i < operands.Length; i++) operands[i] = Operand(generator, call[i]);
        string result = call.Type.IsVoidType ? "" : Names(generator, generator.Allocate(value));

        var line = new StringBuilder("\t");
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '$')
            {
                line.Append(text[i]);
                continue;
            }

            char place = text[++i];
            if (place == 'r')
            {
                line.Append(result);
                continue;
            }

            int operand = place - '0', end = i + 1;
            string form = "";
            if (end < text.Length && text[end] == ':')
            {
                while (++end < text.Length && char.IsAsciiLetter(text[end])) form += text[end];
                i = end - 1;
            }

            line.Append(form == "number" ? Number(call, operand) : operands[operand]);
            if (form is not ("" or "number")) RequireSpace(call, operand, form);
        }

        generator.Builder.Append(line).Append('\n');
    }

    static string Operand(PTXCodeGenerator generator, Value argument) => Names(generator, generator.Load(argument));

    static string Names(PTXCodeGenerator generator, RegisterAllocator<PTXRegisterKind>.Register register)
    {
        if (register is RegisterAllocator<PTXRegisterKind>.CompoundRegister compound)
        {
            var parts = new List<string>();
            Flatten(generator, compound, parts);
            return parts.Count == 1 ? parts[0] : "{" + string.Join(", ", parts) + "}";
        }

        return Name(generator, register);
    }

    static void Flatten(PTXCodeGenerator generator, RegisterAllocator<PTXRegisterKind>.CompoundRegister compound, List<string> parts)
    {
        foreach (var child in compound.Children)
        {
            if (child is RegisterAllocator<PTXRegisterKind>.CompoundRegister inner) Flatten(generator, inner, parts);
            else parts.Add(Name(generator, child));
        }
    }

    static string Name(PTXCodeGenerator generator, RegisterAllocator<PTXRegisterKind>.Register register)
    {
        var hardware = generator.EnsureHardwareRegister((RegisterAllocator<PTXRegisterKind>.PrimitiveRegister)register);
        return "%" + PTXRegisterAllocator.GetStringRepresentation(hardware);
    }

    static string Number(MethodCall call, int operand) => call[operand].Resolve() is PrimitiveValue number
        ? number.Int64Value.ToString(CultureInfo.InvariantCulture)
        : throw new NotSupportedException($"{call.Target.Source!.Name} needs a constant as its argument {operand}");

    static string Repeat(string text) => Repetition().Replace(text, static match =>
    {
        int first = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), last = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        return string.Concat(Enumerable.Range(first, last - first + 1).Select(number => match.Groups[3].Value.Replace("#", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
    });

    [GeneratedRegex(@"\$\((\d+)-(\d+):([^)]*)\)")]
    private static partial Regex Repetition();

    static void RequireSpace(MethodCall call, int operand, string space)
    {
        MemoryAddressSpace known = call[operand].Type is AddressSpaceType type ? type.AddressSpace : MemoryAddressSpace.Generic;
        if (!known.ToString().Equals(space, StringComparison.OrdinalIgnoreCase))
            throw new NotSupportedException($"{call.Target.Source!.Name} needs an address in {space} memory, and the compiler sees one in {known} memory");
    }
}
