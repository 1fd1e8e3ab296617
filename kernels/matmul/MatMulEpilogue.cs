namespace Adjoint.Kernels;

/// <summary>What is applied to each element of C when its sum is complete, while it is still in a register. The default does nothing.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly unsafe struct MatMulEpilogue<T> where T : unmanaged
{
    MatMulEpilogue(T* bias, bool rectify, T* gate, nint gateRow)
    {
        Bias = bias;
        Rectifies = rectify;
        Gate = gate;
        GateRow = gateRow;
    }

    /// <summary>c + bias[j], rounded, and then max(c, 0) where <paramref name="rectify"/>: the bits of the ops add and relu.</summary>
    /// <param name="bias">n numbers, or null for none.</param>
    /// <param name="rectify">Whether relu follows; NaN stays NaN.</param>
    public static MatMulEpilogue<T> Affine(T* bias, bool rectify) => new(bias, rectify, null, 0);

    /// <summary>
    /// c·heaviside(gate[i,j]), the backward form of relu, with the bits of the ops heaviside and multiply: c where gate > 0, a zero of c's sign where
    /// gate ≤ 0 (NaN where c is infinite or NaN), NaN where gate is NaN.
    /// </summary>
    /// <param name="gate">A matrix of C's shape with unit column stride; must not overlap C.</param>
    /// <param name="gateRow">Step from one row of the gate to the next, in elements.</param>
    public static MatMulEpilogue<T> Gated(T* gate, long gateRow) => new(null, false, gate, (nint)gateRow);

    internal T* Bias { get; }

    internal bool Rectifies { get; }

    internal T* Gate { get; }

    internal nint GateRow { get; }

    internal bool IsNothing => Bias == null && Gate == null && !Rectifies;

    /// <summary>The same for the part of C that starts at an element.</summary>
    internal MatMulEpilogue<T> At(nint row, nint column) =>
        new(Bias == null ? null : Bias + column, Rectifies, Gate == null ? null : Gate + (row * GateRow) + column, GateRow);
}
