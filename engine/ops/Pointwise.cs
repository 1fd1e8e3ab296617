using System.Runtime.CompilerServices;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// A pointwise op of one operand: the formula for every lane, and its derivative as a tensor expression. A pointwise map is its own transpose, so one
/// expression serves forward and reverse mode.
/// </summary>
public interface IUnary : IUnaryOperator
{
    /// <summary>Name in tables and messages.</summary>
    static abstract string Name { get; }

    /// <summary>What <see cref="Derive"/> looks at.</summary>
    static virtual Saves Saves => Saves.First;

    /// <summary>Whether integers are taken as well as floats.</summary>
    static virtual bool TakesIntegers => false;

    /// <summary>Interval of arguments on which tests compare and differentiate.</summary>
    static virtual (double Low, double High) Domain => (-3, 3);

    /// <summary>Derivative at the saved values times <paramref name="t"/>; null where it is zero everywhere.</summary>
    Tensor? Derive(Tensor t, Saved saved);
}

/// <summary>A pointwise op of two operands that broadcast against each other.</summary>
public interface IBinary : IBinaryOperator
{
    /// <summary>Name in tables and messages.</summary>
    static abstract string Name { get; }

    /// <summary>What <see cref="Derive"/> looks at.</summary>
    static virtual Saves Saves => Saves.Inputs;

    /// <summary>Whether integers are taken as well as floats.</summary>
    static virtual bool TakesIntegers => false;

    /// <summary>Interval of arguments on which tests compare and differentiate.</summary>
    static virtual (double Low, double High) Domain => (-3, 3);

    /// <summary>Partial derivative by one operand times <paramref name="t"/>, of t's or the output's shape; null where it is zero everywhere.</summary>
    Tensor? Derive(Tensor t, int operand, Saved saved);
}

/// <summary>An op each of whose results depends on the elements at the same place of its inputs, which broadcast: plans chain such ops tile by tile.</summary>
interface IPointwiseOp
{
    /// <summary>The op on a tile, for inputs of the given dtypes.</summary>
    TileStep Step(ReadOnlySpan<Tensor> inputs);

    /// <summary>What the op is in a chain on a device, and the type of its operator where it has one.</summary>
    (ChainStepKind Kind, Type? Operator) ChainStep { get; }

    /// <summary>Appends the operator's value, where the op has one, to the arguments of a chain.</summary>
    KernelCall AddOperator(KernelCall call) => call;
}

/// <summary>The op made of a unary operator.</summary>
public sealed record Unary<TOp>(TOp Operator) : NumberOp, IPointwiseOp where TOp : unmanaged, IUnary
{
    public override string Name => TOp.Name;

    public override Saves Saves => TOp.Saves;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], TOp.TakesIntegers);
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
        {
            if (x.Layout.IsContiguous && y.Layout.IsContiguous) UnaryKernel.Run(Operator, source, target, y.Count);
            else Strided(x, y, source, target);
        }
    }

    // Apart, since the room for a nest is cleared at every call of the method that holds one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    unsafe void Strided<T>(Tensor x, Tensor y, T* source, T* target) where T : unmanaged =>
        UnaryKernel.Run(Operator, LoopNest.Create(y.Shape.Sizes, x.Layout.Strides, y.Layout.Strides), source, target);

    (ChainStepKind Kind, Type? Operator) IPointwiseOp.ChainStep => (ChainStepKind.Unary, typeof(TOp));

    KernelCall IPointwiseOp.AddOperator(KernelCall call) => call.Value(Operator);

    static readonly TypedKernels DenseKernels = new("dense_unary", [typeof(TOp)]), StridedKernels = new("strided_unary", [typeof(TOp)]);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        if (PointwiseLaunch.IsVectorised(inputs, y))
            queue.Call(DenseKernels.Of(x.DType), PointwiseLaunch.Packs(y)).Dense(x).Dense(y).Value((long)y.Count).Value(Operator).Run();
        else
            queue.Call(StridedKernels.Of(x.DType), y.Count).Whole(x).Whole(y).Value(y.Count).Value(Nests.Of(y, x)).Value(Operator).Run();
    }

    TileStep IPointwiseOp.Step(ReadOnlySpan<Tensor> inputs) => inputs[0].DType switch
    {
        DType.F32 => new UnaryStep<TOp, float>(Operator),
        DType.F64 => new UnaryStep<TOp, double>(Operator),
        DType.I32 => new UnaryStep<TOp, int>(Operator),
        _ => new UnaryStep<TOp, long>(Operator),
    };

    public override void Vjp(VjpRule rule)
    {
        if (Operator.Derive(rule.Cotangent, rule) is { } cotangent) rule.Give(0, cotangent);
    }

    public override Tensor? Jvp(JvpRule rule) => Operator.Derive(rule.Tangent(0)!, rule);
}

/// <summary>The op made of a binary operator.</summary>
public sealed record Binary<TOp>(TOp Operator) : NumberOp, IPointwiseOp where TOp : unmanaged, IBinary
{
    public override string Name => TOp.Name;

    public override Saves Saves => TOp.Saves;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.SameType(Name, inputs[0], inputs[1]);
        Require.Number(Name, inputs[0], TOp.TakesIntegers);
        return new Signature(Shape.Broadcast(Name, inputs[0].Shape, inputs[1].Shape), inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = inputs[1], z = outputs[0];
        fixed (T* left = &x.First<T>(), right = &y.First<T>(), target = &z.First<T>())
        {
            if (x.Layout.IsContiguous && y.Layout.IsContiguous && z.Layout.IsContiguous && x.Shape == y.Shape)
                BinaryKernel.Run(Operator, left, right, target, z.Count);
            else Strided(x, y, z, left, right, target);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    unsafe void Strided<T>(Tensor x, Tensor y, Tensor z, T* left, T* right, T* target) where T : unmanaged
    {
        Span<int> xStrides = stackalloc int[z.Rank], yStrides = stackalloc int[z.Rank];
        Require.Broadcast(x, z.Shape, xStrides);
        Require.Broadcast(y, z.Shape, yStrides);
        BinaryKernel.Run(Operator, LoopNest.Create(z.Shape.Sizes, xStrides, yStrides, z.Layout.Strides), left, right, target);
    }

    (ChainStepKind Kind, Type? Operator) IPointwiseOp.ChainStep => (ChainStepKind.Binary, typeof(TOp));

    KernelCall IPointwiseOp.AddOperator(KernelCall call) => call.Value(Operator);

    static readonly TypedKernels DenseKernels = new("dense_binary", [typeof(TOp)]), StridedKernels = new("strided_binary", [typeof(TOp)]);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = inputs[1], z = outputs[0];
        if (PointwiseLaunch.IsVectorised(inputs, z))
            queue.Call(DenseKernels.Of(x.DType), PointwiseLaunch.Packs(z)).Dense(x).Dense(y).Dense(z).Value((long)z.Count).Value(Operator).Run();
        else
            queue.Call(StridedKernels.Of(x.DType), z.Count).Whole(x).Whole(y).Whole(z).Value(z.Count).Value(Nests.Of(z, x, y)).Value(Operator).Run();
    }

    TileStep IPointwiseOp.Step(ReadOnlySpan<Tensor> inputs) => inputs[0].DType switch
    {
        DType.F32 => new BinaryStep<TOp, float>(Operator),
        DType.F64 => new BinaryStep<TOp, double>(Operator),
        DType.I32 => new BinaryStep<TOp, int>(Operator),
        _ => new BinaryStep<TOp, long>(Operator),
    };

    public override void Vjp(VjpRule rule)
    {
        for (int i = 0; i < 2; i++)
        {
            if (rule.Needs(i) && Operator.Derive(rule.Cotangent, i, rule) is { } cotangent) rule.Give(i, cotangent.SumTo(rule.InputShape(i)));
        }
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? sum = null;
        for (int i = 0; i < 2; i++)
        {
            if (rule.Tangent(i) is not { } tangent || Operator.Derive(tangent, i, rule) is not { } part) continue;
            part = part.Expand(rule.OutputShape());
            sum = sum is null ? part : sum + part;
        }

        return sum;
    }
}
