using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>A value on a tile: dense numbers from an address on (step 1), or one number that stands for all (step 0).</summary>
public readonly unsafe struct TileOperand(void* address, int step)
{
    /// <summary>First number.</summary>
    public void* Address { get; } = address;

    /// <summary>0 or 1.</summary>
    public int Step { get; } = step;
}

/// <summary>One pointwise operation as a step of a <see cref="TileProgram"/>. Operands that it does not have are ignored.</summary>
public abstract unsafe class TileStep
{
    /// <summary>Computes <paramref name="count"/> numbers from <paramref name="target"/> on, which may be the memory of a dense operand of the same element size.</summary>
    public abstract void Run(in TileOperand x, in TileOperand y, in TileOperand z, void* target, int count);
}

/// <summary>target = op(x)</summary>
public sealed unsafe class UnaryStep<TOp, T>(TOp op) : TileStep
    where TOp : struct, IUnaryOperator
    where T : unmanaged
{
    public override void Run(in TileOperand x, in TileOperand y, in TileOperand z, void* target, int count)
    {
        var to = (T*)target;
        if (x.Step == 1)
        {
            UnaryKernel.Dense(op, (T*)x.Address, to, count);
            return;
        }

        UnaryKernel.Dense(op, (T*)x.Address, to, 1);
        new Span<T>(to, count).Fill(*to);
    }
}

/// <summary>target = op(x, y)</summary>
public sealed unsafe class BinaryStep<TOp, T>(TOp op) : TileStep
    where TOp : struct, IBinaryOperator
    where T : unmanaged
{
    public override void Run(in TileOperand x, in TileOperand y, in TileOperand z, void* target, int count) =>
        BinaryKernel.Dense(op, (T*)x.Address, x.Step, (T*)y.Address, y.Step, (T*)target, count);
}

/// <summary>target = op holds for (x, y)</summary>
public sealed unsafe class CompareStep<TOp, T>(TOp op) : TileStep
    where TOp : struct, IComparison
    where T : unmanaged, INumber<T>
{
    public override void Run(in TileOperand x, in TileOperand y, in TileOperand z, void* target, int count) =>
        SelectKernel.Compare(op, LoopNest.Create([count], [x.Step], [y.Step], [1]), (T*)x.Address, (T*)y.Address, (bool*)target);
}

/// <summary>target = x ? y : z</summary>
public sealed unsafe class WhereStep<T> : TileStep where T : unmanaged
{
    public override void Run(in TileOperand x, in TileOperand y, in TileOperand z, void* target, int count) =>
        SelectKernel.Where(LoopNest.Create([count], [x.Step], [y.Step], [z.Step], [1]), (bool*)x.Address, (T*)y.Address, (T*)z.Address, (T*)target);
}

/// <summary>target = x as another type</summary>
public sealed unsafe class ConvertStep<TFrom, TTo, TConversion> : TileStep
    where TFrom : unmanaged
    where TTo : unmanaged
    where TConversion : struct, IConversion<TFrom, TTo>
{
    public override void Run(in TileOperand x, in TileOperand y, in TileOperand z, void* target, int count) =>
        CopyKernel.Convert<TFrom, TTo, TConversion>(LoopNest.Create([count], [x.Step], [1]), (TFrom*)x.Address, (TTo*)target);
}

/// <summary>target = x</summary>
public sealed unsafe class CopyStep<T> : TileStep where T : unmanaged
{
    public override void Run(in TileOperand x, in TileOperand y, in TileOperand z, void* target, int count)
    {
        if (x.Step == 0) new Span<T>(target, count).Fill(*(T*)x.Address);
        else if (x.Address != target) Rows.Copy((T*)x.Address, (T*)target, count);
    }
}
