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
        SelectKernel.CompareDense(op, (T*)x.Address, x.Step, (T*)y.Address, y.Step, (bool*)target, count);
}

/// <summary>target = x ? y : z</summary>
public sealed unsafe class WhereStep<T> : TileStep where T : unmanaged
{
    public override void Run(in TileOperand x, in TileOperand y, in TileOperand z, void* target, int count) =>
        SelectKernel.WhereDense((bool*)x.Address, x.Step, (T*)y.Address, y.Step, (T*)z.Address, z.Step, (T*)target, count);
}

/// <summary>target = x as another type</summary>
public sealed unsafe class CastStep<TFrom, TTo> : TileStep
    where TFrom : unmanaged
    where TTo : unmanaged
{
    public override void Run(in TileOperand x, in TileOperand y, in TileOperand z, void* target, int count)
    {
        var to = (TTo*)target;
        CopyKernel.CastDense((TFrom*)x.Address, to, x.Step == 0 ? 1 : count);
        if (x.Step == 0) new Span<TTo>(to, count).Fill(*to);
    }
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
