using System.Reflection;
using System.Text;

namespace Adjoint.Kernels.Gpu;

/// <summary>A kernel ready to be compiled: a description with type arguments.</summary>
public sealed class Kernel
{
    internal Kernel(KernelDescription description, Type[] arguments)
    {
        Description = description;
        Arguments = arguments;
        Method = description.Method.IsGenericMethodDefinition ? description.Method.MakeGenericMethod(arguments) : description.Method;
        var name = new StringBuilder(description.Name);
        foreach (Type argument in arguments) name.Append('_').Append(Label(argument));
        Name = name.ToString();
    }

    /// <summary>The description.</summary>
    public KernelDescription Description { get; }

    /// <summary>The type arguments: operators, lanes, tile shapes.</summary>
    public IReadOnlyList<Type> Arguments { get; }

    /// <summary>The method with its type arguments.</summary>
    public MethodInfo Method { get; }

    /// <summary>Name of the entry point: the description's and the type arguments'.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    static string Label(Type type)
    {
        if (type == typeof(Scalar32) || type == typeof(float)) return "f32";
        if (type == typeof(Scalar64) || type == typeof(double)) return "f64";
        if (type == typeof(Integer32) || type == typeof(int)) return "i32";
        if (type == typeof(Integer64) || type == typeof(long)) return "i64";
        if (type == typeof(byte)) return "bool";
        int mark = type.Name.IndexOf('`', StringComparison.Ordinal);
        var label = new StringBuilder(mark < 0 ? type.Name : type.Name[..mark]);
        foreach (Type argument in type.GetGenericArguments()) label.Append('_').Append(Label(argument));
        return label.ToString();
    }
}
