using System.Text;

namespace Adjoint.Kernels;

/// <summary>
/// A kernel as those ask for it who launch it: its name, in which operators are types, since a compiler may have to make the kernel for them. Elements are named by their C# types (float, double,
/// int, long, byte for bool); which lanes, packs and conversions follow from them is the compiler's business. Make one object a kernel and keep it: devices keep what they have loaded under its number.
/// </summary>
public class KernelReference
{
    static int last;

    readonly Type[] types;

    /// <summary>Refers to a kernel.</summary>
    /// <param name="line">Name of the table's line, perhaps with labels of its first type arguments: dense_unary, random_fill_Uniform32.</param>
    /// <param name="types">Operators and element types in the order of the kernel's type parameters, without those that follow from others.</param>
    public KernelReference(string line, params Type[] types)
    {
        this.types = types;
        StringBuilder name = new(line), pattern = new(line);
        foreach (Type type in types)
        {
            name.Append('_').Append(Label(type));
            pattern.Append('_').Append(IsOperator(type) ? AnyOperator : Label(type));
        }

        Name = name.ToString();
        Pattern = pattern.ToString();
        Number = Interlocked.Increment(ref last) - 1;
    }

    /// <summary>What a pattern has in the place of an operator.</summary>
    public const string AnyOperator = "*";

    /// <summary>The name with operators left open, such as dense_unary_*_f32: kernels of one pattern differ in nothing else.</summary>
    public string Pattern { get; }

    /// <summary>The types as given.</summary>
    public IReadOnlyList<Type> Types => types;

    /// <summary>Name of the entry point, such as dense_unary_Relu_f32.</summary>
    public string Name { get; }

    /// <summary>Counts references from 0, so that a device can keep kernels in an array.</summary>
    public int Number { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether a type is a pointwise operator, as which a kernel's type argument may be any of a user's own.</summary>
    public static bool IsOperator(Type type) =>
        typeof(IUnaryOperator).IsAssignableFrom(type) || typeof(IBinaryOperator).IsAssignableFrom(type) || typeof(IComparison).IsAssignableFrom(type);

    /// <summary>The part of a kernel's name that stands for a type: f32, f64, i32, i64, bool, u64, or the type's name followed by its arguments' labels.</summary>
    public static string Label(Type type)
    {
        if (type == typeof(float)) return "f32";
        if (type == typeof(double)) return "f64";
        if (type == typeof(int)) return "i32";
        if (type == typeof(long)) return "i64";
        if (type == typeof(byte)) return "bool";
        if (type == typeof(ulong)) return "u64";
        int mark = type.Name.IndexOf('`', StringComparison.Ordinal);
        var label = new StringBuilder(mark < 0 ? type.Name : type.Name[..mark]);
        foreach (Type argument in type.GetGenericArguments()) label.Append('_').Append(Label(argument));
        return label.ToString();
    }
}
