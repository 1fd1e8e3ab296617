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
        StringBuilder name = new(description.Name), pattern = new(description.Name);
        foreach (Type argument in arguments)
        {
            if (IsImplied(argument)) continue;
            name.Append('_').Append(Label(argument));
            pattern.Append('_').Append(KernelReference.IsOperator(argument) ? KernelReference.AnyOperator : Label(argument));
        }

        Name = name.ToString();
        Pattern = pattern.ToString();
    }

    /// <summary>The description.</summary>
    public KernelDescription Description { get; }

    /// <summary>The type arguments: operators, lanes, tile shapes.</summary>
    public IReadOnlyList<Type> Arguments { get; }

    /// <summary>What it promises or needs: the description's traits, but a row's only thread exchanges nothing.</summary>
    public KernelTraits Traits => Arguments.Contains(typeof(ThreadTeam)) ? (Description.Traits & ~KernelTraits.Warps) | KernelTraits.Independent : Description.Traits;

    /// <summary>The method with its type arguments.</summary>
    public MethodInfo Method { get; }

    /// <summary>
    /// Name of the entry point: the description's and the type arguments', such as dense_unary_Relu_f32. Arguments that follow from the others (packs, conversions) are left out, so that a program
    /// without the compiler can put names together.
    /// </summary>
    public string Name { get; }

    /// <summary>The name with operators left open, as <see cref="KernelReference.Pattern"/>.</summary>
    internal string Pattern { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    static bool IsImplied(Type type) =>
        type == typeof(Conversions) || type == typeof(Widening) || type == typeof(GumbelNoise)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Pack4<>) || type.GetGenericTypeDefinition() == typeof(Pack2<>)));

    // Lanes go by their elements' names.
    static string Label(Type type)
    {
        if (type == typeof(Scalar32)) type = typeof(float);
        else if (type == typeof(Scalar64)) type = typeof(double);
        else if (type == typeof(Integer32)) type = typeof(int);
        else if (type == typeof(Integer64)) type = typeof(long);
        return KernelReference.Label(type);
    }
}
