using Adjoint.Kernels;

namespace Adjoint.Tests.Gpu;

/// <summary>The engine's operators as steps of chains, and the same steps for the CPU.</summary>
static class ChainOperators
{
    static readonly object[] All = [.. EngineOperators.Entries.Select(EngineOperators.Of)];
    static readonly object[] ForIntegers = [.. All.Where(TakesIntegers).Select(static op => op is Affine ? new Affine(3, -2) : op)];

    /// <summary>Comparisons of the engine.</summary>
    public static object[] Comparisons { get; } =
        [.. OpTable.All.Where(static entry => entry.Family == "compare" && entry.Type.IsGenericType).Select(static entry => Activator.CreateInstance(entry.Type.GetGenericArguments()[0])!)];

    /// <summary>Operators of one number of a type.</summary>
    public static object[] Unary(Type element) => [.. For(element).Where(static op => op is IUnaryOperator)];

    /// <summary>Operators of two numbers of a type.</summary>
    public static object[] Binary(Type element) => [.. For(element).Where(static op => op is IBinaryOperator)];

    static object[] For(Type element) => element == typeof(int) || element == typeof(long) ? ForIntegers : All;

    static bool TakesIntegers(object op) => (bool?)op.GetType().GetProperty(nameof(IUnary.TakesIntegers))?.GetValue(null) ?? false;

    /// <summary>The CPU's step.</summary>
    public static TileStep Tile(ChainStepKind kind, object? op, Type element, Type result)
    {
        if (result == typeof(byte) && kind == ChainStepKind.Cast) result = typeof(bool);
        return kind switch
        {
            ChainStepKind.Unary => Make(typeof(UnaryStep<,>), [op!.GetType(), element], op),
            ChainStepKind.Binary => Make(typeof(BinaryStep<,>), [op!.GetType(), element], op),
            ChainStepKind.Compare => Make(typeof(CompareStep<,>), [op!.GetType(), element], op),
            ChainStepKind.Where => Make(typeof(WhereStep<>), [element]),
            ChainStepKind.Cast => Make(typeof(CastStep<,>), [element, result]),
            _ => Make(typeof(CopyStep<>), [element]),
        };
    }

    static TileStep Make(Type definition, Type[] types, params object[] arguments) => (TileStep)Activator.CreateInstance(definition.MakeGenericType(types), arguments)!;
}
