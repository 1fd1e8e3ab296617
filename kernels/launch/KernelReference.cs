using System.Text;

namespace Adjoint.Kernels;

/// <summary>
/// A kernel as those ask for it who launch it: its name, in which operators are types, since a compiler may have to make the kernel for them. Elements are named by their C# types (float, double,
/// int, long, byte for bool); which lanes, packs and conversions follow from them is the compiler's business. Make one object a kernel and keep it: devices keep what they have loaded under its number.
/// </summary>
public class KernelReference
{
    static int last;

    /// <summary>Refers to a kernel.</summary>
    /// <param name="line">Name of the table's line, such as dense_unary.</param>
    /// <param name="arguments">
    /// The kernel's type arguments in order, without those that follow from others: types for operators and elements, labels for what the compiler has types for (WarpTeam).
    /// </param>
    public KernelReference(string line, params object[] arguments)
    {
        StringBuilder name = new(line), pattern = new(line);
        foreach (object argument in arguments)
        {
            name.Append('_').Append(argument is Type type ? Label(type) : argument);
            pattern.Append('_').Append(argument is Type given ? IsOperator(given) ? AnyOperator : Label(given) : argument);
        }

        Operators = [.. arguments.OfType<Type>().Where(IsOperator)];

        Name = name.ToString();
        Pattern = pattern.ToString();
        Number = Interlocked.Increment(ref last) - 1;
    }

    /// <summary>What a pattern has in the place of an operator.</summary>
    public const string AnyOperator = "*";

    /// <summary>The name with operators left open, such as dense_unary_*_f32: kernels of one pattern differ in nothing else.</summary>
    public string Pattern { get; }

    /// <summary>The operators among the arguments.</summary>
    public IReadOnlyList<Type> Operators { get; }

    /// <summary>Name of the entry point, such as dense_unary_Relu_f32.</summary>
    public string Name { get; }

    /// <summary>Counts references from 0, so that a device can keep kernels in an array.</summary>
    public int Number { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether a type is a pointwise operator or an environment, as which a kernel's type argument may be any of a user's own.</summary>
    public static bool IsOperator(Type type) =>
        typeof(IUnaryOperator).IsAssignableFrom(type) || typeof(IBinaryOperator).IsAssignableFrom(type) || typeof(IComparison).IsAssignableFrom(type)
        || typeof(IEnvironment).IsAssignableFrom(type);

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
