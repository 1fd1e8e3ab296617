using System.Reflection;
using System.Reflection.Emit;

namespace Adjoint.Kernels.Gpu;

/// <summary>Lets an emitted assembly use operators that their assemblies do not show, so that a program's own may be internal.</summary>
static class HiddenTypes
{
    // The runtime knows this attribute by its name, wherever it is defined.
    const string Attribute = "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute";

    /// <summary>Names the assemblies of hidden types to the runtime.</summary>
    public static void Open(AssemblyBuilder assembly, ModuleBuilder module, IEnumerable<Type> types)
    {
        string[] hidden = [.. types.Where(static type => !type.IsVisible).SelectMany(Sources).Distinct(StringComparer.Ordinal)];
        if (hidden.Length == 0) return;
        TypeBuilder attribute = module.DefineType(Attribute, TypeAttributes.NotPublic | TypeAttributes.Sealed, typeof(Attribute));
        ConstructorBuilder constructor = attribute.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(string)]);
        ILGenerator code = constructor.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, [])!);
        code.Emit(OpCodes.Ret);
        ConstructorInfo made = attribute.CreateType().GetConstructor([typeof(string)])!;
        foreach (string name in hidden) assembly.SetCustomAttribute(new CustomAttributeBuilder(made, [name]));
    }

    static IEnumerable<string> Sources(Type type) => type.GetGenericArguments().SelectMany(Sources).Append(type.Assembly.GetName().Name!);
}
