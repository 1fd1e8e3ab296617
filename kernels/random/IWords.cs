using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// A register of 64-bit cells on which several Philox blocks are computed at once, one block a cell. A cell's upper half may hold
/// left-overs while rounds run: products read the lower half only, which saves a mask a round.
/// </summary>
/// <typeparam name="W">The register itself.</typeparam>
/// <typeparam name="F">The f32 lane of the same width.</typeparam>
/// <typeparam name="D">The f64 lane of the same width.</typeparam>
interface IWords<W, F, D> : IAdditionOperators<W, W, W>
    where W : unmanaged, IWords<W, F, D>
    where F : struct, IRegister<F, float>
    where D : struct, IRegister<D, double>
{
    /// <summary>Cells, thus blocks, in the register.</summary>
    static abstract int Blocks { get; }

    static abstract W From(ulong value);

    /// <summary><paramref name="first"/> and its successors, in the cell order from which the zips restore the natural one.</summary>
    static abstract W Counters(ulong first);

    /// <summary>Product of the cells' lower halves.</summary>
    static abstract W Multiply(W a, W b);

    /// <summary>Exclusive or.</summary>
    static abstract W Xor(W a, W b);

    /// <summary>Exclusive or of three; one instruction where there is one.</summary>
    static abstract W Xor(W a, W b, W c);

    /// <summary>The cells' lower halves.</summary>
    static abstract W Low(W x);

    /// <summary>The cells' upper halves.</summary>
    static abstract W High(W x);

    /// <summary>Cells from the lower halves of both operands.</summary>
    static abstract W Join(W low, W high);

    /// <summary>Alternates 32-bit words of both operands; blocks come out in natural order.</summary>
    static abstract void Zip32(ref W first, ref W second);

    /// <summary>Alternates whole cells of both operands; blocks come out in natural order.</summary>
    static abstract void Zip64(ref W first, ref W second);

    /// <summary>Shifts each 32-bit word.</summary>
    static abstract W ShiftRight32(W x, int bits);

    /// <summary>Shifts each cell.</summary>
    static abstract W ShiftRight64(W x, int bits);

    /// <summary>Adds 32-bit words.</summary>
    static abstract W Add32(W a, W b);

    /// <summary>One where the 32-bit word is below the bound (both unsigned), zero elsewhere.</summary>
    static abstract W Less32(W x, uint bound);

    /// <summary>32-bit words, read as signed, as floats.</summary>
    static abstract F ToSingle(W x);

    /// <summary>Cells below 2^53 as doubles.</summary>
    static abstract D ToDouble(W x);

    static abstract W Bits(F x);

    static abstract W Bits(D x);

    /// <summary>Writes both registers, one behind the other.</summary>
    static abstract void Store(W first, W second, ref byte target);

    /// <summary>Writes the lowest byte of each 32-bit word of both registers.</summary>
    static abstract void StoreLowBytes(W first, W second, ref byte target);
}
